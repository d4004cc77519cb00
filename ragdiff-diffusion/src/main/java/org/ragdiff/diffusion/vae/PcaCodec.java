package org.ragdiff.diffusion.vae;

import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.Fingerprints;

/**
 * The principal components of image patches as a codec: the linear baseline that a VAE of the same shape
 * has to beat. With as many channels as a patch has values it is exact. Immutable.
 */
public final class PcaCodec implements LatentCodec {
    private final int factor;
    private final int channels;
    private final double[] mean;
    /** Rows of unit length, the largest variance first. */
    private final double[][] components;

    private final double[] deviation;
    private final String fingerprint;

    private PcaCodec(int factor, double[] mean, double[][] components, double[] deviation) {
        this.factor = factor;
        this.channels = components.length;
        this.mean = mean;
        this.components = components;
        this.deviation = deviation;
        Map<String, float[]> parts = new TreeMap<>();
        parts.put("mean", toFloats(mean));
        parts.put("deviation", toFloats(deviation));
        for (int i = 0; i < components.length; i++) {
            parts.put("component." + i, toFloats(components[i]));
        }
        StringBuilder text = new StringBuilder("pca f=" + factor);
        parts.forEach((n, v) -> text.append(n).append(java.util.Arrays.toString(v)));
        this.fingerprint = Fingerprints.of(text.toString(), Map.of());
    }

    private static float[] toFloats(double[] a) {
        float[] out = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = (float) a[i];
        }
        return out;
    }

    /**
     * Fits the components.
     *
     * @param images [n, side, side, 3] row-major in [-1, 1]
     * @param side a multiple of {@code factor}
     * @param channels components kept, at most factor² · 3
     */
    public static PcaCodec fit(float[] images, int side, int factor, int channels) {
        int d = factor * factor * 3;
        if (factor < 1 || side % factor != 0 || channels < 1 || channels > d) {
            throw new IllegalArgumentException("side " + side + " must be a multiple of factor " + factor
                    + ", and channels " + channels + " between 1 and " + d);
        }
        int perImage = side * side * 3;
        if (images.length == 0 || images.length % perImage != 0) {
            throw new IllegalArgumentException(images.length + " values are no images of side " + side);
        }
        double[] mean = new double[d];
        double[][] second = new double[d][d];
        double[] patch = new double[d];
        int cells = side / factor;
        long n = 0;
        for (int image = 0; image < images.length / perImage; image++) {
            for (int cell = 0; cell < cells * cells; cell++) {
                read(images, image * perImage, side, cell % cells, cell / cells, factor, patch);
                for (int i = 0; i < d; i++) {
                    mean[i] += patch[i];
                    for (int j = 0; j <= i; j++) {
                        second[i][j] += patch[i] * patch[j];
                    }
                }
                n++;
            }
        }
        for (int i = 0; i < d; i++) {
            mean[i] /= n;
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                second[i][j] = second[j][i] = second[i][j] / n - mean[i] * mean[j];
            }
        }
        EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(second, false));
        double[][] components = new double[channels][];
        double[] deviation = new double[channels];
        for (int c = 0; c < channels; c++) {
            components[c] = eigen.getEigenvector(c).toArray();
            deviation[c] = Math.max(1e-4, Math.sqrt(Math.max(0, eigen.getRealEigenvalue(c))));
        }
        return new PcaCodec(factor, mean, components, deviation);
    }

    private static void read(float[] images, int base, int side, int cx, int cy, int f, double[] patch) {
        int at = 0;
        for (int dy = 0; dy < f; dy++) {
            int from = base + ((cy * f + dy) * side + cx * f) * 3;
            for (int i = 0; i < f * 3; i++) {
                patch[at++] = images[from + i];
            }
        }
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int factor() {
        return factor;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public INDArray encode(INDArray images) {
        long[] s = images.shape();
        if (s.length != 4 || s[3] != 3 || s[1] % factor != 0 || s[2] % factor != 0) {
            throw new IllegalArgumentException("expected images [B, H, W, 3] with sides that are multiples of " + factor
                    + ", got shape " + java.util.Arrays.toString(s));
        }
        return convert(images, s[0], (int) (s[1] / factor), (int) (s[2] / factor), true);
    }

    @Override
    public INDArray decode(INDArray latents) {
        long[] s = latents.shape();
        if (s.length != 4 || s[3] != channels) {
            throw new IllegalArgumentException(
                    "expected latents [B, h, w, " + channels + "], got shape " + java.util.Arrays.toString(s));
        }
        return convert(latents, s[0], (int) s[1], (int) s[2], false);
    }

    private INDArray convert(INDArray in, long batch, int h, int w, boolean encode) {
        float[] source = HostArrays.read(in);
        float[] pixels = encode ? source : new float[Math.toIntExact(batch * h * w * factor * factor * 3)];
        float[] latents = encode ? new float[Math.toIntExact(batch * h * w * channels)] : source;
        double[] patch = new double[mean.length];
        for (int cell = 0; cell < batch * h * w; cell++) {
            int x = cell % w;
            int row = cell / w;
            if (!encode) {
                System.arraycopy(mean, 0, patch, 0, mean.length);
            }
            if (encode) {
                transfer(pixels, row, x, w, patch, true);
            }
            for (int c = 0; c < channels; c++) {
                double[] component = components[c];
                if (encode) {
                    double dot = 0;
                    for (int i = 0; i < patch.length; i++) {
                        dot += (patch[i] - mean[i]) * component[i];
                    }
                    latents[cell * channels + c] = (float) (dot / deviation[c]);
                } else {
                    double z = latents[cell * channels + c] * deviation[c];
                    for (int i = 0; i < patch.length; i++) {
                        patch[i] += z * component[i];
                    }
                }
            }
            if (!encode) {
                transfer(pixels, row, x, w, patch, false);
            }
        }
        INDArray out = encode
                ? Nd4j.createUninitializedDetached(DataType.FLOAT, batch, h, w, channels)
                : Nd4j.createUninitializedDetached(DataType.FLOAT, batch, (long) h * factor, (long) w * factor, 3);
        HostArrays.write(out, encode ? latents : pixels);
        return out;
    }

    /** Between the patch at column {@code x} of a row of patches (rows run over the whole batch) and an array. */
    private void transfer(float[] pixels, int row, int x, int w, double[] patch, boolean toPatch) {
        int at = 0;
        for (int dy = 0; dy < factor; dy++) {
            int from = ((row * factor + dy) * w + x) * factor * 3;
            for (int i = from; i < from + factor * 3; i++, at++) {
                if (toPatch) {
                    patch[at] = pixels[i];
                } else {
                    pixels[i] = (float) patch[at];
                }
            }
        }
    }

    @Override
    public void close() {}
}
