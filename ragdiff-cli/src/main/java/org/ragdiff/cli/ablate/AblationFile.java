package org.ragdiff.cli.ablate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.eval.ablation.AblationPlan;
import org.ragdiff.eval.stat.SeedFactor;

/**
 * An ablation's configuration as its YAML has it; every key but {@code rows} is needed. Immutable.
 *
 * @param name of the ablation
 * @param protocol that figures are taken under, such as {@code ragdiff/v1}
 * @param metrics figures compared, the most important first
 * @param axes values by axis, see {@link AblationAxes}
 * @param rows variants by name in place of every combination, see {@link AblationPlan}; may be missing
 * @param baseline value by axis of the variant that the others are compared with; the first of each axis left out
 * @param seeds of the noise, in [0, 2^40)
 * @param seedFactor what a seed stands for
 * @param data sets by name: {@code synth}, {@code pairs:FILE.csv}, {@code photos:DIR}
 * @param garments of each set that are measured, at most; as many are made for {@code synth}
 * @param dataSeed seed of views and procedural garments, the same for all cells
 * @param batch garments generated at once
 */
record AblationFile(
        String name,
        String protocol,
        List<String> metrics,
        Map<String, List<String>> axes,
        @JsonProperty(defaultValue = "null") @JsonSetter(nulls = Nulls.SET) Map<String, Map<String, String>> rows,
        Map<String, String> baseline,
        List<Long> seeds,
        SeedFactor seedFactor,
        Map<String, String> data,
        int garments,
        long dataSeed,
        int batch) {
    /** Noise of garment i under seed s is of seed s · 2^20 + i: no two garments or seeds share noise. */
    static final int SEED_BITS = 20;

    private static final List<String> SOURCES = List.of("synth", "pairs:FILE.csv", "photos:DIR");

    AblationFile {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        data.forEach((set, source) -> {
            if (!source.equals("synth") && !source.matches("(pairs|photos):.+")) {
                throw new IllegalArgumentException(
                        "data set " + set + " is \"" + source + "\", expected one of " + SOURCES);
            }
        });
        requireIn("garments", garments, 1, 1 << SEED_BITS);
        requireIn("batch", batch, 1, 256);
        requireIn("dataSeed", dataSeed, 0, (1L << 40) - 1);
        for (long seed : seeds) {
            requireIn("seeds", seed, 0, (1L << 40) - 1);
        }
    }

    private static void requireIn(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be in [" + least + ", " + most + "], got " + value);
        }
    }

    AblationPlan plan() {
        return new AblationPlan(
                name, protocol, metrics, axes, rows, baseline, seeds, seedFactor, List.copyOf(data.keySet()));
    }
}
