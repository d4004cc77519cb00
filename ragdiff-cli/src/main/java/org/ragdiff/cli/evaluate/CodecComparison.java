package org.ragdiff.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.vae.PcaCodec;
import org.ragdiff.eval.Scorer;
import org.ragdiff.eval.metric.Psnr;

/**
 * How well a codec reconstructs standard images, beside the principal components of patches of the same size
 * with as many channels. Thread-safe if the codec is.
 */
public final class CodecComparison {
    private static final int CHUNK = 32;

    private final LatentCodec codec;
    private final LatentCodec baseline;
    private final int side;

    private CodecComparison(LatentCodec codec, LatentCodec baseline, int side) {
        this.codec = codec;
        this.baseline = baseline;
        this.side = side;
    }

    /**
     * @param codec measured; not closed
     * @param fitted pictures on which the components are fitted, at least one
     * @param side at which pictures are compared, a multiple of the codec's factor
     */
    public static CodecComparison of(LatentCodec codec, List<RgbImage> fitted, int side) {
        if (fitted.isEmpty()) {
            throw new IllegalArgumentException("fitted is empty, principal components need at least one picture");
        }
        int each = side * side * 3;
        float[] values = new float[Math.multiplyExact(fitted.size(), each)];
        for (int from = 0; from < fitted.size(); from += CHUNK) {
            List<RgbImage> chunk = squares(fitted.subList(from, Math.min(fitted.size(), from + CHUNK)), side);
            try (INDArray tensor = Images.toTensor(chunk)) {
                System.arraycopy(HostArrays.read(tensor), 0, values, from * each, chunk.size() * each);
            }
        }
        return new CodecComparison(codec, PcaCodec.fit(values, side, codec.factor(), codec.channels()), side);
    }

    /** {@code codecPsnr} and {@code codecPsnrPca}, in dB, for each picture. */
    public List<Map<String, Double>> figures(List<RgbImage> standards) {
        List<RgbImage> truth = squares(standards, side);
        List<RgbImage> ours = reconstruct(codec, truth);
        List<RgbImage> theirs = reconstruct(baseline, truth);
        List<Map<String, Double>> out = new ArrayList<>();
        for (int i = 0; i < truth.size(); i++) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("codecPsnr", Math.min(Scorer.MAX_PSNR, Psnr.of(ours.get(i), truth.get(i))));
            figures.put("codecPsnrPca", Math.min(Scorer.MAX_PSNR, Psnr.of(theirs.get(i), truth.get(i))));
            out.add(figures);
        }
        return out;
    }

    private static List<RgbImage> reconstruct(LatentCodec codec, List<RgbImage> images) {
        try (INDArray pixels = Images.toTensor(images);
                INDArray latents = codec.encode(pixels);
                INDArray decoded = codec.decode(latents)) {
            return Images.fromTensor(decoded);
        }
    }

    private static List<RgbImage> squares(List<RgbImage> images, int side) {
        return images.stream()
                .map(i -> Resize.rgb(i, side, side, ResampleFilter.BICUBIC))
                .toList();
    }
}
