package org.ragdiff.diffusion.vae;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Var;

/**
 * A VAE's two halves as plans, run over many images a few at a time so that memory stays small. The weights
 * must not change while plans exist. Thread-safe.
 */
final class VaePlans implements AutoCloseable {
    private static final int CHUNK = 8;
    private static final String IN = "in";
    private static final String OUT = "out";

    private final Vae vae;
    private final PlanCache<Half> plans;

    /** @param kernels not closed */
    VaePlans(Vae vae, Kernels kernels) {
        this.vae = vae;
        this.plans = new PlanCache<>(half -> kernels.compile(half.record(vae)));
    }

    /** Encoder or decoder for inputs [n, h, w, ·]. */
    private record Half(boolean decoder, long n, long h, long w) {
        Graph record(Vae vae) {
            try (GraphBuilder b = new GraphBuilder()) {
                Var in = b.input(IN, n, h, w, decoder ? vae.config().latentChannels() : 3);
                b.output(
                        OUT,
                        decoder
                                ? vae.decode(b.tape(), in)
                                : vae.encode(b.tape(), in).mean());
                return b.build();
            }
        }
    }

    /** Unscaled posterior means of images [B, H, W, 3], row-major [B, H/f, W/f, C]. */
    float[] means(INDArray images) {
        long f = vae.config().factor();
        long[] s = images.shape();
        return run(
                false,
                HostArrays.read(images),
                s,
                s[1] / f * (s[2] / f) * vae.config().latentChannels());
    }

    /** Images [B, h·f, w·f, 3], row-major, not clipped, of unscaled latents of shape [B, h, w, C]. */
    float[] decode(float[] latents, long... shape) {
        long f = vae.config().factor();
        return run(true, latents, shape, shape[1] * f * shape[2] * f * 3);
    }

    private float[] run(boolean decoder, float[] values, long[] shape, long outEach) {
        int n = Math.toIntExact(shape[0]);
        int each = values.length / n;
        int result = Math.toIntExact(outEach);
        float[] out = new float[Math.multiplyExact(n, result)];
        for (int from = 0; from < n; from += CHUNK) {
            int count = Math.min(CHUNK, n - from);
            try (PlanCache<Half>.Lease lease = plans.borrow(new Half(decoder, count, shape[1], shape[2]))) {
                Plan plan = lease.plan();
                plan.set(IN, java.util.Arrays.copyOfRange(values, from * each, (from + count) * each));
                plan.run();
                HostArrays.read(plan.output(OUT), 0, out, from * result, count * result);
            }
        }
        return out;
    }

    @Override
    public void close() {
        plans.close();
    }
}
