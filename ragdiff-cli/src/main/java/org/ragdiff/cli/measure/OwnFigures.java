package org.ragdiff.cli.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ragdiff.eval.Scorer;
import org.ragdiff.eval.metric.CwSsim;
import org.ragdiff.eval.metric.CwSsimOptions;
import org.ragdiff.eval.metric.ImagePlanes;
import org.ragdiff.eval.metric.Psnr;
import org.ragdiff.eval.metric.Ssim;
import org.ragdiff.eval.metric.SsimOptions;
import org.ragdiff.eval.protocol.MeasurementProtocol;

/** The figures of pairs that are computed exactly as a protocol defines them. Stateless. */
final class OwnFigures {
    private static final Map<String, PairFigure.Formula> RAGDIFF = ordered(
            "psnr",
            (a, b) -> Math.min(Scorer.MAX_PSNR, Psnr.of(a.rounded(), b.rounded())),
            "ssim",
            (a, b) -> Ssim.of(a.rounded(), b.rounded()));

    private static final Map<String, Map<String, PairFigure.Formula>> BY_PROTOCOL = Map.of(
            "ragdiff/v1",
            RAGDIFF,
            "ragdiff/v2",
            RAGDIFF,
            "tryoffdiff/2025",
            ordered(
                    "ssim",
                    OwnFigures::pyiqaSsim,
                    "cwSsim",
                    (a, b) -> CwSsim.of(a.luma(), b.luma(), CwSsimOptions.defaults())),
            "cat-vton/2024",
            ordered("ssim", (a, b) -> Ssim.of(a.rounded(), b.rounded(), SsimOptions.torchmetrics())));

    private OwnFigures() {}

    private static Map<String, PairFigure.Formula> ordered(String name, PairFigure.Formula formula) {
        Map<String, PairFigure.Formula> out = new LinkedHashMap<>();
        out.put(name, formula);
        return out;
    }

    private static Map<String, PairFigure.Formula> ordered(
            String name, PairFigure.Formula formula, String second, PairFigure.Formula other) {
        Map<String, PairFigure.Formula> out = ordered(name, formula);
        out.put(second, other);
        return out;
    }

    static List<String> names(MeasurementProtocol protocol) {
        return List.copyOf(of(protocol).keySet());
    }

    static Optional<PairFigure.Formula> named(MeasurementProtocol protocol, String figure) {
        return Optional.ofNullable(of(protocol).get(figure));
    }

    private static Map<String, PairFigure.Formula> of(MeasurementProtocol protocol) {
        return BY_PROTOCOL.getOrDefault(protocol.name(), Map.of());
    }

    /** pyiqa's SSIM: of the luma rounded to 0..255 (halves to even), contrast terms below 0 at a position are 0. */
    private static double pyiqaSsim(PreparedPicture result, PreparedPicture truth) {
        double[] map = Ssim.map(whole(result.luma()), whole(truth.luma()), 255, SsimOptions.defaults())
                .plane(0);
        double sum = 0;
        for (double v : map) {
            // The luminance term of samples of at least 0 is positive: the sign is the contrast term's.
            sum += Math.max(0, v);
        }
        return sum / map.length;
    }

    private static ImagePlanes whole(ImagePlanes luma) {
        double[] out = luma.plane(0);
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.rint(255 * out[i]);
        }
        return new ImagePlanes(luma.width(), luma.height(), out);
    }
}
