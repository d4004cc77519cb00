package org.ragdiff.data.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of VITON-HD's pictures that are copies within a split or have leaked from training into the test: the list
 * that was published with TryOffDiff (Velioglu et al. 2024), repository rizavelioglu/tryoffdiff, file
 * references/vitonhd_duplicate_filenames.json. Stateless.
 */
public final class VitonHdLeaks {
    private static final String RESOURCE = "vitonhd-leaks.csv";
    private static final Map<String, Map<String, LeftOut.Reason>> BY_SPLIT = load();

    private VitonHdLeaks() {}

    /**
     * @param split {@code train} or {@code test}
     * @return reasons by file name
     */
    public static Map<String, LeftOut.Reason> of(String split) {
        return BY_SPLIT.getOrDefault(split, Map.of());
    }

    private static Map<String, Map<String, LeftOut.Reason>> load() {
        List<String> lines;
        try (InputStream in = VitonHdLeaks.class.getResourceAsStream(RESOURCE)) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
        }
        Map<String, Map<String, LeftOut.Reason>> out = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            out.computeIfAbsent(fields[0], s -> new HashMap<>())
                    .put(
                            fields[2],
                            fields[1].equals("duplicate")
                                    ? LeftOut.Reason.DUPLICATE
                                    : LeftOut.Reason.LEAKED_FROM_TRAIN);
        }
        return out;
    }
}
