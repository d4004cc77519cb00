package org.ragdiff.bench.metric;

import java.util.Random;
import org.ragdiff.bench.peer.NumbersCase;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.RgbImage;
import org.ragdiff.eval.metric.MsSsim;
import org.ragdiff.eval.metric.MsSsimOptions;
import org.ragdiff.eval.metric.Ssim;
import org.ragdiff.eval.metric.SsimOptions;

/**
 * SSIM or MS-SSIM of two 8-bit pictures. The peer gets them as float32 tensors in [0, 1], made beforehand, and takes the
 * faster of the usual formulations: five grouped convolutions in one with an 11×11 kernel (torchmetrics), or a column
 * and a row (pytorch-msssim), channels grouped or as pictures of one channel.
 */
final class SimilarityCase extends NumbersCase {
    private final int side;
    private final SsimOptions ssim;
    private final MsSsimOptions scales;
    private RgbImage first;
    private RgbImage second;
    private double value;

    SimilarityCase(int side, SsimOptions options) {
        this.side = side;
        this.ssim = options;
        this.scales = null;
    }

    SimilarityCase(int side, MsSsimOptions options) {
        this.side = side;
        this.ssim = options.ssim();
        this.scales = options;
    }

    @Override
    public void openOurs(int threads) {
        Random random = new Random(17);
        byte[] a = new byte[side * side * 3];
        byte[] b = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            double wave = 127 + 90 * Math.sin(i / 3 % side * 0.05) * Math.cos(i / (3.0 * side) * 0.11 + i % 3);
            a[i] = clipped(wave + 8 * random.nextGaussian());
            b[i] = clipped(wave + 20 * random.nextGaussian());
        }
        first = RgbImage.wrap(side, side, a);
        second = RgbImage.wrap(side, side, b);
    }

    private static byte clipped(double v) {
        return (byte) (int) Math.max(0, Math.min(255, Math.rint(v)));
    }

    @Override
    public void ours() {
        value = scales == null ? Ssim.of(first, second, ssim) : MsSsim.of(first, second, scales);
    }

    @Override
    protected float[] result() {
        return new float[] {(float) value};
    }

    @Override
    protected void addVariants(TorchVariants v) {
        TorchTensor x = kept(TorchPeer.tensor(planes(first), 1, 3, side, side));
        TorchTensor y = kept(TorchPeer.tensor(planes(second), 1, 3, side, side));
        for (SimilarityScript.Form form : SimilarityScript.Form.values()) {
            SimilarityScript script = new SimilarityScript(form, ssim.border() == SsimOptions.Border.MIRRORED);
            String text = scales == null ? script.ssim() : script.scales(scales.weights());
            TorchTensor kernel = kept(TorchPeer.tensor(script.kernel(), script.kernelShape()));
            v.add(form.text(), text, x, y, kernel);
        }
    }

    private float[] planes(RgbImage image) {
        float[] out = new float[3 * side * side];
        for (int i = 0; i < out.length; i++) {
            int pixel = i % (side * side);
            out[i] = image.at(pixel % side, pixel / side, i / (side * side)) / 255f;
        }
        return out;
    }
}
