package org.ragdiff.cli.parity;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The figures of an entry of {@code expected.json}: all its fields but those that describe the input. Stateless. */
final class MetricFigures {
    private MetricFigures() {}

    /** Names in the order of the file. */
    static List<String> of(FixtureObject entry, String... described) {
        List<String> out = new ArrayList<>();
        for (Iterator<String> names = entry.node().fieldNames(); names.hasNext(); ) {
            out.add(names.next());
        }
        out.removeAll(List.of(described));
        return out;
    }
}
