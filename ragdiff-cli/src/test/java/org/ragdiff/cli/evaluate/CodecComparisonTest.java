package org.ragdiff.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.diffusion.vae.PcaCodec;

class CodecComparisonTest {
    private static final int SIDE = 16;

    /** Smooth mid-grey pictures: nothing is clipped. */
    private static List<RgbImage> pictures() {
        List<RgbImage> out = new ArrayList<>();
        for (int n = 0; n < 6; n++) {
            byte[] rgb = new byte[4 * 4 * 3];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (128 + (i * 37 + n * 61) % 60 - 30);
            }
            out.add(Resize.rgb(RgbImage.wrap(4, 4, rgb), SIDE, SIDE, ResampleFilter.BICUBIC));
        }
        return out;
    }

    /** A codec that keeps everything. */
    private static LatentCodec exact(int factor) {
        float[] values = new float[64 * SIDE * SIDE * 3];
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return PcaCodec.fit(values, SIDE, factor, factor * factor * 3);
    }

    private static final class Channels implements LatentCodec {
        private final LatentCodec codec;
        private final int channels;

        Channels(LatentCodec codec, int channels) {
            this.codec = codec;
            this.channels = channels;
        }

        @Override
        public int channels() {
            return channels;
        }

        @Override
        public int factor() {
            return codec.factor();
        }

        @Override
        public String fingerprint() {
            return codec.fingerprint();
        }

        @Override
        public org.nd4j.linalg.api.ndarray.INDArray encode(org.nd4j.linalg.api.ndarray.INDArray images) {
            return codec.encode(images);
        }

        @Override
        public org.nd4j.linalg.api.ndarray.INDArray decode(org.nd4j.linalg.api.ndarray.INDArray latents) {
            return codec.decode(latents);
        }

        @Override
        public void close() {
            codec.close();
        }
    }

    @Test
    void theBaselineLosesTheDiscardedEigenvaluesAndAnExactCodecNothing() {
        int channels = 3;
        List<RgbImage> pictures = pictures();
        List<Map<String, Double>> figures = CodecComparison.of(new Channels(exact(2), channels), pictures, SIDE)
                .figures(pictures);
        double error = 0;
        for (Map<String, Double> f : figures) {
            assertThat(f.get("codecPsnr")).isEqualTo(100);
            error += 255 * 255 / Math.pow(10, f.get("codecPsnrPca") / 10) / figures.size();
        }
        double[] eigenvalues = new EigenDecomposition(new Covariance(patches(pictures), false).getCovarianceMatrix())
                .getRealEigenvalues();
        double discarded = 0;
        for (int i = channels; i < eigenvalues.length; i++) {
            discarded += eigenvalues[i];
        }
        // Results are rounded to whole grey levels, which adds 1/12.
        assertThat(error).isCloseTo(discarded / eigenvalues.length + 1.0 / 12, within(0.02 * error));
    }

    private static double[][] patches(List<RgbImage> pictures) {
        List<double[]> rows = new ArrayList<>();
        for (RgbImage p : pictures) {
            for (int y = 0; y < SIDE; y += 2) {
                for (int x = 0; x < SIDE; x += 2) {
                    double[] row = new double[12];
                    for (int i = 0; i < 12; i++) {
                        row[i] = p.at(x + i / 3 % 2, y + i / 6, i % 3);
                    }
                    rows.add(row);
                }
            }
        }
        return rows.toArray(double[][]::new);
    }
}
