package org.ragdiff.eval.protocol;

import java.util.List;
import java.util.Map;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.protocol.PictureStep.CentreCrop;
import org.ragdiff.eval.protocol.PictureStep.Resize;
import org.ragdiff.eval.protocol.PictureStep.Samples;
import org.ragdiff.eval.protocol.Preparation.Size;

/**
 * The protocol of TryOffDiff (Velioglu, Bevandic, Chan and Hammer, BMVC 2025, arXiv 2411.18350), as its evaluation
 * script has it: rizavelioglu/tryoffdiff, tryoffdiff/modeling/eval.py at commit 562af8ea. Stateless.
 */
final class TryOffProtocols {
    private static final List<Size> FULL = List.of(new Size(256, 256), new Size(176, 256), new Size(384, 512));
    private static final Size FINAL = new Size(768, 1024);
    private static final Size SQUARE = new Size(1024, 1024);

    private static final PictureStep TO_FINAL = resize(768, 1024, Samples.FLOAT32);
    private static final PictureStep CROP = new CentreCrop(768, 1024);
    /** DISTS is taken at 256x341, resized before samples become floats. */
    private static final PictureStep TO_SMALL = resize(256, 341, Samples.UINT8);

    static final MeasurementProtocol TRYOFFDIFF_2025 = new MeasurementProtocol(
            "tryoffdiff/2025",
            "Velioglu et al., TryOffDiff, arXiv 2411.18350; rizavelioglu/tryoffdiff eval.py at 562af8ea",
            "VITON-HD test, 2,032 pairs less 6 duplicates and 36 leaked from training: 1,990",
            "sRGB, floats in [0, 1]",
            Preparation.always(TO_FINAL),
            new Preparation(List.of())
                    .or(FULL, TO_FINAL)
                    .or(List.of(new Size(512, 512), new Size(128, 128)), resize(1024, 1024, Samples.FLOAT32), CROP)
                    .or(List.of(SQUARE), CROP)
                    .or(List.of(FINAL)),
            Map.of(),
            List.of(
                    structural("ssim", "Gaussian window 11, sigma 1.5"),
                    structural("msSsim", "5 scales, product"),
                    structural("cwSsim", "steerable pyramid of 4 levels and 8 orientations"),
                    MetricDefinition.of("lpips", Better.LOWER, "pyiqa 0.1.14.1 lpips, version 0.1")
                            .withBackbone("AlexNet"),
                    MetricDefinition.of("dists", Better.LOWER, "DISTS_pytorch")
                            .withBackbone("VGG-16")
                            .withPreparation(
                                    Preparation.always(resize(256, 341, Samples.FLOAT32)),
                                    new Preparation(List.of())
                                            .or(FULL, TO_SMALL)
                                            .or(List.of(new Size(512, 512)), new CentreCrop(384, 512), TO_SMALL)
                                            .or(List.of(SQUARE), CROP, TO_SMALL)
                                            .or(List.of(FINAL), TO_SMALL)),
                    CleanFid.fid(),
                    CleanFid.clipFid(),
                    CleanFid.kid("")));

    private TryOffProtocols() {}

    private static PictureStep resize(int width, int height, Samples samples) {
        return new Resize(width, height, ResampleFilter.BILINEAR, samples);
    }

    private static MetricDefinition structural(String name, String settings) {
        return MetricDefinition.of(name, Better.HIGHER, "pyiqa 0.1.14.1, luma of YCbCr, " + settings);
    }
}
