package org.ragdiff.cli.parity;

import java.util.List;
import java.util.Optional;

/** The families that {@code ragdiff parity} knows. */
final class ParityFamilies {
    private static final List<ParityFamily> ALL = List.of(new TorchRandomFamily());

    private ParityFamilies() {}

    static Optional<ParityFamily> byName(String name) {
        return ALL.stream().filter(f -> f.name().equals(name)).findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(ParityFamily::name).sorted().toList();
    }
}
