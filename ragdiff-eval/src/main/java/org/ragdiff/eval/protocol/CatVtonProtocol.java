package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.protocol.PictureStep.Samples;

/**
 * The protocol of CatVTON (Chong et al., ICLR 2025, arXiv 2407.15886), as its evaluation script has it:
 * Zheng-Chong/CatVTON, eval.py at commit 3d8b4d64. It measures try-on, not try-off. Stateless.
 */
final class CatVtonProtocol {
    static final MeasurementProtocol CAT_VTON_2024 = new MeasurementProtocol(
            "cat-vton/2024",
            "Chong et al., CatVTON, arXiv 2407.15886; Zheng-Chong/CatVTON eval.py at 3d8b4d64",
            "try-on: all results with a true picture of the same number, VITON-HD or Dress Code test",
            "sRGB, 8 bit; floats in [0, 1] for ssim, in [-1, 1] for lpips",
            Preparation.always(new PictureStep.ResizeToResultHeight(ResampleFilter.LANCZOS, Samples.UINT8)),
            Preparation.always(new PictureStep.ResizeToResultHeight(ResampleFilter.LANCZOS, Samples.UINT8)),
            Map.of("files", "where heights differ, true pictures are resized and written again before fid and kid"),
            metrics());

    private CatVtonProtocol() {}

    private static List<MetricDefinition> metrics() {
        List<MetricDefinition> out = new ArrayList<>(CleanFid.fidAndKid(", times 1000"));
        out.add(MetricDefinition.of(
                "ssim",
                Better.HIGHER,
                "torchmetrics, data range 1, Gaussian window 11, sigma 1.5, reflected borders, all positions"));
        out.add(MetricDefinition.of("lpips", Better.LOWER, "torchmetrics, not normalized")
                .withBackbone("SqueezeNet"));
        return out;
    }
}
