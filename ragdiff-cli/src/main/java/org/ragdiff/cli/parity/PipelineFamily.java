package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.random.TorchGenerator;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.sampler.Sampler;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/** Latent diffusion from seed to picture: noise, latents after each step, decoded images, 8-bit pixels. */
final class PipelineFamily implements ParityFamily {
    private static final Tolerance TOLERANCE = Tolerance.relative(1e-3);

    @Override
    public String name() {
        return "pipeline";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        for (FixtureObject c : folder.index().objects("cases")) {
            run.check(c.text("name"), TOLERANCE, d -> {
                Sampler sampler = SchedulerConfig.read(folder.resolve(c.text("scheduler")))
                        .sampler();
                try (FixtureTensors f = folder.tensors(c.text("file"));
                        AutoencoderKL vae = AutoencoderKL.load(UNetFamily.checkpoint(folder, c, "vae"));
                        UNet2DConditionModel unet =
                                UNet2DConditionModel.load(UNetFamily.checkpoint(folder, c, "unet"));
                        LatentDiffusion pipeline = new LatentDiffusion(unet, vae, sampler, run.kernels())) {
                    check(c, f, pipeline, d);
                }
            });
        }
    }

    private static void check(FixtureObject c, FixtureTensors f, LatentDiffusion pipeline, Deviation d)
            throws IOException {
        long[] shape = f.shape("mid.initial_noise", 4);
        int h = (int) shape[2];
        int w = (int) shape[3];
        float[] start;
        try (INDArray noise = new TorchGenerator(c.integer("seed")).randn(shape)) {
            d.add("mid.initial_noise", HostArrays.read(noise), f.values("mid.initial_noise"));
            try (INDArray ours = OpLayout.MAP.ours(noise)) {
                start = HostArrays.read(ours);
            }
        }
        double[] latents = f.values(f.has("mid.latents_f64") ? "mid.latents_f64" : "mid.latents");
        try (INDArray positive = f.array("in.cond");
                INDArray negative = f.array("in.uncond")) {
            float[] last = pipeline.sample(
                    TextCondition.of(positive),
                    TextCondition.of(negative),
                    c.number("guidance_scale"),
                    h,
                    w,
                    Steps.of(c.integer("steps")),
                    out -> System.arraycopy(start, 0, out, 0, out.length),
                    s -> {
                        int from = s.step() * start.length;
                        double[] expected = Arrays.copyOfRange(latents, from, from + start.length);
                        d.add("latents of step " + s.step(), theirs(s.latents().toArray(), shape), expected);
                    });
            decode(f, pipeline, last, shape, d);
        }
    }

    private static void decode(FixtureTensors f, LatentDiffusion pipeline, float[] latents, long[] shape, Deviation d)
            throws IOException {
        float[] decoded = pipeline.decode(latents, (int) shape[2], (int) shape[3]);
        String name = f.has("out.decoded_f64") ? "out.decoded_f64" : "out.decoded";
        long[] images = f.shape(name, 4);
        d.add("out.decoded", theirs(decoded, images), f.values(name));
        double[] pixels = f.values("out.image_uint8");
        List<RgbImage> pictures = LatentDiffusion.pictures(decoded, (int) images[2], (int) images[3]);
        int at = 0;
        for (RgbImage picture : pictures) {
            for (byte sample : picture.rgb()) {
                double difference = Math.abs((sample & 0xff) - pixels[at]);
                d.require(difference <= 1, "sample " + at + " of out.image_uint8 differs by " + difference);
                at++;
            }
        }
    }

    /** Channels first. */
    private static double[] theirs(float[] ours, long[] shape) {
        int channels = (int) shape[1];
        int cells = (int) (shape[2] * shape[3]);
        double[] out = new double[ours.length];
        for (int i = 0; i < out.length; i++) {
            int n = i / (channels * cells);
            int c = i / cells % channels;
            out[i] = ours[(n * cells + i % cells) * channels + c];
        }
        return out;
    }
}
