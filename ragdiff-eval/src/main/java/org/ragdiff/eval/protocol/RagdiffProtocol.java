package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.perceptual.StandIns;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.protocol.PictureStep.Samples;

/** This project's own protocols as {@link MeasurementProtocol}s. Stateless. */
public final class RagdiffProtocol {
    /** {@code ragdiff/v1} and the figures of {@link org.ragdiff.eval.AppearanceScorer}. */
    public static final MeasurementProtocol V2 = withAppearance("ragdiff/v2", of(Protocol.V1));

    private RagdiffProtocol() {}

    /** What the {@link org.ragdiff.eval.Scorer} of a protocol measures, with its settings. */
    public static MeasurementProtocol of(Protocol p) {
        Preparation square =
                Preparation.always(new PictureStep.Resize(p.side(), p.side(), ResampleFilter.BICUBIC, Samples.UINT8));
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("silhouette", p.silhouette().toString());
        rules.put("true silhouette", "the one that the pair comes with, resampled by its signed distance field");
        rules.put("strata by hidden share", p.hiddenBins().toString());
        rules.put("seed of intervals", Long.toString(p.bootstrapSeed()));
        return new MeasurementProtocol(
                p.name(),
                "this project, docs/evaluation.md",
                "the pairs that the results name by fingerprint, a garment's own group left out of its search",
                p.colourSpace() + ", 8 bit",
                square,
                square,
                rules,
                List.of(
                        higher("silhouetteIou", "intersection over union of silhouettes"),
                        higher("dice", "twice the intersection over the sum of areas"),
                        higher("boundaryF", "F of outlines, tolerance " + p.boundaryTolerance() + " of the side"),
                        higher("psnr", "all pixels and channels, peak 255, at most 100 dB"),
                        higher("psnrInside", "psnr inside the true silhouette"),
                        higher("ssim", "Gaussian window 11, sigma 1.5, interior, mean of channels"),
                        lower("deltaE", "CIEDE2000, mean inside the true silhouette"),
                        neither("edgeSharpness", "share of contrast crossed within a cell of the outline"),
                        lower(
                                "hallucination",
                                "1 for silhouetteIou below " + p.hallucinationIou() + " or other counts of parts"),
                        higher("landmarkIou", "landmark given to the guider against the truth, 64x64 cells"),
                        neither("residual", "norm of the query less its reconstruction"),
                        neither("effectiveNeighbours", "1 over the sum of squared weights"),
                        neither("outOfManifold", "how badly the database explains the query")));
    }

    private static MeasurementProtocol withAppearance(String name, MeasurementProtocol base) {
        List<MetricDefinition> metrics = new ArrayList<>(base.metrics());
        metrics.add(lower("lpipsShaped", "LPIPS' form, heads of ones").withBackbone(StandIns.NETWORK));
        metrics.add(lower("distsShaped", "DISTS' form, equal factors").withBackbone(StandIns.NETWORK));
        String where = "dominant wave of L*, squares of a quarter of the side inside the true silhouette";
        metrics.add(lower("patternLost", where + ": share of the patterned ones where the result has no pattern"));
        metrics.add(lower("patternOctaves", where + ": mean absolute octaves between the frequencies"));
        metrics.add(lower("patternDegrees", where + ": mean angle between the directions"));
        return new MeasurementProtocol(
                name, base.citation(), base.data(), base.colour(), base.truth(), base.result(), base.rules(), metrics);
    }

    private static MetricDefinition higher(String name, String definition) {
        return MetricDefinition.of(name, Better.HIGHER, definition);
    }

    private static MetricDefinition lower(String name, String definition) {
        return MetricDefinition.of(name, Better.LOWER, definition);
    }

    private static MetricDefinition neither(String name, String definition) {
        return MetricDefinition.of(name, Better.NEITHER, definition);
    }
}
