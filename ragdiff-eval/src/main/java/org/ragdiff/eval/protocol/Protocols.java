package org.ragdiff.eval.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.eval.Protocol;

/** The protocols by name. Stateless. */
public final class Protocols {
    private static final Map<String, MeasurementProtocol> BY_NAME = byName(List.of(
            RagdiffProtocol.of(Protocol.V1),
            RagdiffProtocol.V2,
            TryOffProtocols.TRYOFFDIFF_2025,
            CatVtonProtocol.CAT_VTON_2024,
            QuotedProtocols.TEMU_2025,
            QuotedProtocols.ANY2ANY_2025,
            QuotedProtocols.VOOST_2025,
            QuotedProtocols.UNIFIT_2026));

    private Protocols() {}

    private static Map<String, MeasurementProtocol> byName(List<MeasurementProtocol> all) {
        Map<String, MeasurementProtocol> out = new LinkedHashMap<>();
        all.forEach(p -> out.put(p.name(), p));
        return out;
    }

    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * @throws IllegalArgumentException for an unknown name, with the list of known ones
     */
    public static MeasurementProtocol named(String name) {
        MeasurementProtocol found = BY_NAME.get(name);
        if (found == null) {
            throw new IllegalArgumentException("unknown protocol \"" + name + "\", expected one of " + names());
        }
        return found;
    }
}
