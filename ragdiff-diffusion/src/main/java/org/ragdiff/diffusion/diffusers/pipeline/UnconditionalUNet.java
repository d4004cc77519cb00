package org.ragdiff.diffusion.diffusers.pipeline;

import java.util.Arrays;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModel;
import org.ragdiff.diffusion.sampler.NoisePredictor;

/**
 * A {@link UNet2DModel} as what samplers ask: diffusers' DDPM and DDIM pipelines and, with an image joined to the
 * latents, its latent super-resolution (Rombach et al. 2022, section 4.4). Compiled for one size. Not thread-safe.
 */
public final class UnconditionalUNet implements NoisePredictor, AutoCloseable {
    private final UNet2DModel unet;
    private final Plan plan;
    private final int samples;

    /**
     * @param unet without skip blocks; its weights must not change meanwhile
     * @param image row-major [samples, height, width, in_channels − out_channels], joined behind the latents; empty if
     *     the network reads latents alone
     * @param kernels not closed
     */
    public UnconditionalUNet(UNet2DModel unet, float[] image, int samples, int height, int width, Kernels kernels) {
        this.unet = unet;
        this.samples = samples;
        int out = unet.config().outChannels();
        int joined = unet.config().inChannels() - out;
        int cells = Math.multiplyExact(samples, Math.multiplyExact(height, width));
        if (joined < 0 || image.length != Math.multiplyExact(cells, joined)) {
            throw new IllegalArgumentException("a network with " + unet.config().inChannels() + " channels in and "
                    + out + " out needs an image of " + (long) cells * Math.max(0, joined) + " values, got "
                    + image.length);
        }
        try (GraphBuilder b = new GraphBuilder()) {
            Var sample = b.input("sample", samples, height, width, out);
            Var time = b.input("time", samples, unet.config().timeCode().channels());
            Var in = joined == 0
                    ? sample
                    : Shapes.concatChannels(b.tape(), sample, b.condition("image", samples, height, width, joined));
            b.output("prediction", unet.apply(b.tape(), in, time));
            plan = kernels.compile(b.build());
        }
        if (joined > 0) {
            plan.set("image", image);
        }
    }

    @Override
    public void predict(float[] x, double timestep, float[] out) {
        double[] steps = new double[samples];
        Arrays.fill(steps, timestep);
        plan.set("sample", x);
        plan.set("time", unet.config().timeCode().of(steps));
        plan.run();
        HostArrays.read(plan.output("prediction"), 0, out, 0, out.length);
    }

    @Override
    public void close() {
        plan.close();
    }
}
