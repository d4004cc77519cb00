package org.ragdiff.bench.run;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Work;

/**
 * What the machine reaches at best with the threads of the run: the fastest of large products and of long
 * sums, by whichever side is faster, where all products are computed, none saved by Winograd's convolution.
 * Nothing of it comes from a data sheet.
 */
final class MachineLimits {
    private static final Map<Work.Limit, List<String>> ROWS = Map.of(
            Work.Limit.F32,
            List.of("matmul/square 2048x2048x2048 f32", "conv3x3/sd15 1280 to 1280, 16x16 f32"),
            Work.Limit.BF16,
            List.of("matmul/square 2048x2048x2048 bf16", "conv3x3/sd15 1280 to 1280, 16x16 bf16"),
            Work.Limit.MEMORY,
            List.of("add/sd15 1024x640 f32", "add/sd15 4096x320 f32"));

    private MachineLimits() {}

    /** Measures the limits that are asked for and that this machine has. */
    static Map<Work.Limit, Double> measure(int threads, Set<Work.Limit> wanted, List<CaseSpec> catalogue)
            throws RowFailedException {
        Map<Work.Limit, Double> out = new EnumMap<>(Work.Limit.class);
        Measurement measurement = new Measurement(threads, Map.of());
        for (Work.Limit limit : wanted) {
            for (String id : ROWS.getOrDefault(limit, List.of())) {
                for (CaseSpec spec : catalogue) {
                    if (spec.id().equals(id)) {
                        double rate = measurement
                                .measure(spec, Measurement.Plan.of(CaseSpec.Effort.SHORT, true))
                                .bestRate();
                        out.merge(limit, rate, Math::max);
                    }
                }
            }
        }
        return out;
    }

    /** The limits, raised to what the peer reached in rows: it saves no products. */
    static Map<Work.Limit, Double> raised(Map<Work.Limit, Double> limits, List<RowResult> rows) {
        Map<Work.Limit, Double> out = new EnumMap<>(Work.Limit.class);
        out.putAll(limits);
        for (RowResult row : rows) {
            Work.Limit limit = row.spec().work().limit();
            if (row.peerRate() > 0 && ROWS.containsKey(limit)) {
                out.merge(limit, row.peerRate(), Math::max);
            }
        }
        return out;
    }
}
