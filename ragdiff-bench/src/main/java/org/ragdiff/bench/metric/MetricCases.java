package org.ragdiff.bench.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.Work;
import org.ragdiff.eval.metric.MsSsimOptions;
import org.ragdiff.eval.metric.SsimOptions;

/** The rows of image metrics. */
public final class MetricCases {
    private static final int SIDE = 512;

    private MetricCases() {}

    /** All rows. */
    public static List<CaseSpec> list() {
        List<CaseSpec> out = new ArrayList<>();
        SsimOptions interior = SsimOptions.defaults();
        SsimOptions everywhere = SsimOptions.torchmetrics();
        add(out, "ssim", "interior", () -> new SimilarityCase(SIDE, interior));
        add(out, "ssim", "all positions", () -> new SimilarityCase(SIDE, everywhere));
        add(out, "ms-ssim", "interior", () -> new SimilarityCase(SIDE, MsSsimOptions.defaults()));
        return out;
    }

    private static void add(List<CaseSpec> out, String name, String which, Supplier<PairedCase> c) {
        String params = "512x512 RGB, " + which;
        out.add(new CaseSpec(name, params, Work.uncounted(), CaseSpec.Effort.SHORT, true, c));
    }
}
