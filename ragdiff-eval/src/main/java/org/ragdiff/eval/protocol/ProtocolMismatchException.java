package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Figures of two protocols were to be compared. The message says so in its first line and shows both, field by
 * field, below it.
 */
public final class ProtocolMismatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<Difference> differences;

    /**
     * @param field that differs
     * @param first protocol's value, or {@code -} where it has no such field
     * @param second likewise
     */
    public record Difference(String field, String first, String second) {}

    ProtocolMismatchException(MeasurementProtocol first, MeasurementProtocol second) {
        this(first.fields(), second.fields());
    }

    /** Of protocols as files hold them: their {@link MeasurementProtocol#fields()}, which differ. */
    public ProtocolMismatchException(Map<String, String> first, Map<String, String> second) {
        super(message(first, second));
        differences = differences(first, second);
    }

    /** Fields that differ, in the order of the protocols. */
    public List<Difference> differences() {
        return differences;
    }

    private static List<Difference> differences(Map<String, String> a, Map<String, String> b) {
        Set<String> all = new LinkedHashSet<>(a.keySet());
        all.addAll(b.keySet());
        List<Difference> out = new ArrayList<>();
        for (String field : all) {
            String left = a.getOrDefault(field, "-");
            String right = b.getOrDefault(field, "-");
            if (!left.equals(right)) {
                out.add(new Difference(field, left, right));
            }
        }
        return List.copyOf(out);
    }

    private static String message(Map<String, String> first, Map<String, String> second) {
        String one = first.get("name");
        String other = second.get("name");
        List<Difference> all = differences(first, second);
        StringBuilder out = new StringBuilder("figures of " + one + " and " + other
                + " cannot be compared, " + all.size() + " fields of their protocols differ: "
                + String.join(", ", all.stream().map(Difference::field).toList())
                + "; measure both under one protocol");
        for (Difference d : all) {
            out.append("\n  ").append(d.field());
            out.append("\n    ").append(one).append(": ").append(d.first());
            out.append("\n    ").append(other).append(": ").append(d.second());
        }
        return out.toString();
    }
}
