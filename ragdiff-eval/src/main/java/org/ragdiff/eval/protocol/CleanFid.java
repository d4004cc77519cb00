package org.ragdiff.eval.protocol;

import java.util.List;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.protocol.PictureStep.Samples;

/**
 * Distances of sets as the package clean-fid computes them by default (Parmar, Zhang and Zhu, "On Aliased Resizing
 * and Surprising Subtleties in GAN Evaluation", CVPR 2022; cleanfid/fid.py). Stateless.
 */
final class CleanFid {
    private static final String INCEPTION = "Inception-v3, 2048 features of the 2015 FID network";

    private static final PictureStep TO_299 = new PictureStep.Resize(299, 299, ResampleFilter.BICUBIC, Samples.FLOAT32);

    private CleanFid() {}

    /** Read from the files as they were written, whatever else the protocol does to pictures. */
    private static MetricDefinition of(String name, String definition, String backbone, PictureStep... steps) {
        Preparation p = Preparation.always(steps);
        return MetricDefinition.of(name, Better.LOWER, definition)
                .withBackbone(backbone)
                .withPreparation(p, p);
    }

    static MetricDefinition fid() {
        return of("fid", "Frechet distance of Gaussians, clean-fid, mode clean", INCEPTION, TO_299);
    }

    static MetricDefinition clipFid() {
        return of(
                "clipFid",
                "Frechet distance of Gaussians, clean-fid, mode clean",
                "CLIP ViT-B/32",
                new PictureStep.ResizeShorterSide(224, ResampleFilter.BICUBIC, Samples.UINT8),
                new PictureStep.CentreCrop(224, 224));
    }

    static MetricDefinition kid(String scale) {
        return of(
                "kid",
                "unbiased MMD, polynomial kernel of degree 3, 100 subsets of at most 1000, clean-fid" + scale,
                INCEPTION,
                TO_299);
    }

    static List<MetricDefinition> fidAndKid(String scale) {
        return List.of(fid(), kid(scale));
    }
}
