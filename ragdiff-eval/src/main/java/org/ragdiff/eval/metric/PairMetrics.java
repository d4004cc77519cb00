package org.ragdiff.eval.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics of pictures by the names that protocols and results hold. A name stands for one definition with all its
 * conventions, and never changes what it means. Stateless.
 */
public final class PairMetrics {
    private static final Map<String, PairMetric> NAMED = new LinkedHashMap<>();

    static {
        NAMED.put("psnr", Psnr::of);
        NAMED.put("ssim", Ssim::of);
        NAMED.put("ssim-scikit-image", (a, b) -> Ssim.of(a, b, SsimOptions.scikitImage()));
        NAMED.put("ssim-torchmetrics", (a, b) -> Ssim.of(a, b, SsimOptions.torchmetrics()));
        NAMED.put("ms-ssim", MsSsim::of);
        NAMED.put("ms-ssim-torchmetrics", (a, b) -> MsSsim.of(a, b, MsSsimOptions.torchmetrics()));
        NAMED.put("cw-ssim", CwSsim::of);
        NAMED.put("uqi", (a, b) -> UniversalQuality.of(ImagePlanes.of(a), ImagePlanes.of(b)));
        NAMED.put("mse", (a, b) -> PixelErrors.meanSquared(ImagePlanes.of(a), ImagePlanes.of(b)));
        NAMED.put("mae", (a, b) -> PixelErrors.meanAbsolute(ImagePlanes.of(a), ImagePlanes.of(b)));
        NAMED.put("spectral-angle", (a, b) -> SpectralAngle.of(ImagePlanes.of(a), ImagePlanes.of(b)));
    }

    private PairMetrics() {}

    /** All names, in a fixed order. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /** @throws IllegalArgumentException if there is no such metric; the message lists those there are */
    public static PairMetric named(String name) {
        PairMetric m = NAMED.get(name);
        if (m == null) {
            throw new IllegalArgumentException("no metric is called \"" + name + "\", there are " + names());
        }
        return m;
    }

    /** Several, for {@link StreamedFigures}, in the order given. */
    public static Map<String, PairMetric> named(List<String> names) {
        Map<String, PairMetric> out = new LinkedHashMap<>();
        names.forEach(n -> out.put(n, named(n)));
        return Collections.unmodifiableMap(out);
    }
}
