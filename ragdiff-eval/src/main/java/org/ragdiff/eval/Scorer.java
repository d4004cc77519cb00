package org.ragdiff.eval;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.eval.metric.BoundaryScore;
import org.ragdiff.eval.metric.BoundarySharpness;
import org.ragdiff.eval.metric.DeltaE2000;
import org.ragdiff.eval.metric.GeneratedSilhouette;
import org.ragdiff.eval.metric.Psnr;
import org.ragdiff.eval.metric.SilhouetteOverlap;
import org.ragdiff.eval.metric.Ssim;
import org.ragdiff.eval.metric.StructureHallucination;

/** Compares generated pictures and landmarks with the truth under one protocol. Immutable, thread-safe. */
public final class Scorer {
    /** PSNR reported for pictures that are equal. */
    public static final double MAX_PSNR = 100;

    private final Protocol protocol;
    private final GeneratedSilhouette extraction;

    public Scorer(Protocol protocol) {
        this.protocol = Objects.requireNonNull(protocol, "protocol");
        this.extraction = new GeneratedSilhouette(protocol.silhouette());
    }

    public Protocol protocol() {
        return protocol;
    }

    /** The garment's silhouette in a generated picture. */
    public Silhouette silhouette(RgbImage generated) {
        return extraction.of(generated);
    }

    /**
     * @param generated of the protocol's side, square
     * @param truth likewise
     * @param truthSilhouette likewise, not empty
     * @return figures by name, in a fixed order: silhouetteIou, dice, boundaryF, psnr, psnrInside, ssim,
     *     deltaE, edgeSharpness, hallucination (1 or 0)
     */
    public Map<String, Double> compare(RgbImage generated, RgbImage truth, Silhouette truthSilhouette) {
        requireSide("generated", generated.width(), generated.height());
        requireSide("truth", truth.width(), truth.height());
        requireSide("truthSilhouette", truthSilhouette.width(), truthSilhouette.height());
        Silhouette seen = silhouette(generated);
        Map<String, Double> out = new LinkedHashMap<>();
        out.put("silhouetteIou", SilhouetteOverlap.iou(seen, truthSilhouette));
        out.put("dice", SilhouetteOverlap.dice(seen, truthSilhouette));
        out.put(
                "boundaryF",
                BoundaryScore.of(seen, truthSilhouette, protocol.boundaryTolerance() * protocol.side())
                        .f());
        out.put("psnr", Math.min(MAX_PSNR, Psnr.of(generated, truth)));
        out.put("psnrInside", Math.min(MAX_PSNR, Psnr.inside(generated, truth, truthSilhouette)));
        out.put("ssim", Ssim.of(generated, truth));
        out.put("deltaE", DeltaE2000.mean(generated, truth, truthSilhouette));
        out.put("edgeSharpness", BoundarySharpness.of(generated, seen));
        out.put(
                "hallucination",
                StructureHallucination.of(seen, truthSilhouette, protocol.hallucinationIou())
                                .hallucinated()
                        ? 1.0
                        : 0.0);
        return out;
    }

    /** IoU of a landmark with the true field's silhouette, at the true field's side. */
    public static double landmarkIou(SignedDistanceField landmark, SignedDistanceField truth) {
        return landmark.resize(truth.side()).toSilhouette().iou(truth.toSilhouette());
    }

    private void requireSide(String name, int width, int height) {
        if (width != protocol.side() || height != protocol.side()) {
            throw new IllegalArgumentException(name + " is " + width + "x" + height + ", protocol " + protocol.name()
                    + " compares at " + protocol.side() + "x" + protocol.side());
        }
    }
}
