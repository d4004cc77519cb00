package org.ragdiff.core.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable maxima over square windows, as torch.nn.functional.max_pool2d; computed on the host. */
public final class MaxPooling {
    private MaxPooling() {}

    /**
     * @param x [N, H, W, C]
     * @param padding cells at either end that never win, at most half the kernel
     * @return [N, Ho, Wo, C], as many windows as fit whole; the gradient goes to the first maximum of each
     */
    public static Var apply(Tape t, Var x, int kernel, int stride, int padding) {
        if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
            throw new IllegalArgumentException(
                    "max pooling needs kernel and stride of at least 1 and padding of at most"
                            + " half the kernel, got " + kernel + ", " + stride + ", " + padding);
        }
        int n = Math.toIntExact(x.size(0));
        int h = Math.toIntExact(x.size(1));
        int w = Math.toIntExact(x.size(2));
        int c = Math.toIntExact(x.size(3));
        int ho = (h + 2 * padding - kernel) / stride + 1;
        int wo = (w + 2 * padding - kernel) / stride + 1;
        float[] in = HostArrays.read(x.value());
        float[] out = new float[Math.multiplyExact(n * ho, wo * c)];
        int[] winner = new int[out.length];
        Arrays.fill(winner, -1);
        for (int i = 0; i < out.length; i++) {
            int channel = i % c;
            int column = i / c % wo * stride - padding;
            int row = i / c / wo % ho * stride - padding;
            int sample = i / c / wo / ho;
            for (int y = Math.max(0, row); y < Math.min(h, row + kernel); y++) {
                for (int z = Math.max(0, column); z < Math.min(w, column + kernel); z++) {
                    int at = ((sample * h + y) * w + z) * c + channel;
                    if (winner[i] < 0 || in[at] > in[winner[i]]) {
                        winner[i] = at;
                    }
                }
            }
            out[i] = in[winner[i]];
        }
        INDArray value = t.allocate(n, ho, wo, c);
        HostArrays.write(value, out);
        return t.record(
                value,
                grad -> {
                    float[] g = HostArrays.read(grad);
                    float[] gx = new float[in.length];
                    for (int i = 0; i < g.length; i++) {
                        gx[winner[i]] += g[i];
                    }
                    INDArray gradX = t.allocate(x.shape());
                    HostArrays.write(gradX, gx);
                    t.accumulate(x, gradX);
                },
                x);
    }
}
