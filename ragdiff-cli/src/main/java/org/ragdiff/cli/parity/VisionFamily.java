package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.vision.ImageProcessor;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;

/** Vision towers and what is done to their images: prepared pixels, hidden states, pooled features. */
final class VisionFamily implements ParityFamily {
    @Override
    public String name() {
        return "vision-encoders";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        for (FixtureObject c : folder.index().objects("cases")) {
            run.check(c.text("name"), UNetFamily.TOLERANCE, d -> {
                try (VisionEncoder encoder = VisionEncoder.load(UNetFamily.checkpoint(folder, c, "checkpoint"));
                        FixtureTensors tensors = folder.tensors(c.text("file"));
                        NetworkPass pass = new NetworkPass(run.kernels(), tensors, d)) {
                    if (pass.has("in.image")) {
                        prepare(pass, ImageProcessor.load(UNetFamily.checkpoint(folder, c, "checkpoint")));
                    }
                    encode(pass, encoder);
                }
            });
        }
    }

    private static void prepare(NetworkPass pass, ImageProcessor processor) throws IOException {
        long[] shape = pass.tensors().shape("in.image", 3);
        float[] samples = pass.tensors().floats("in.image");
        byte[] rgb = new byte[samples.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) samples[i];
        }
        ImageProcessor.Pixels p = processor.apply(RgbImage.wrap((int) shape[1], (int) shape[0], rgb));
        pass.compareMap("in.pixel_values", pass.array(p.values(), 1, p.height(), p.width(), 3));
    }

    private static void encode(NetworkPass pass, VisionEncoder encoder) throws IOException {
        VisionEncoder.Features f = encoder.apply(pass.tape(), pass.map("in.pixel_values"));
        pass.compare("out.last_hidden_state", f.lastHiddenState());
        for (Map.Entry<String, Var> e : Map.of("out.image_embeds", f.pooled(), "out.pooler_output", f.pooled())
                .entrySet()) {
            if (pass.has(e.getKey())) {
                pass.compare(e.getKey(), e.getValue());
            }
        }
        List<Var> hidden = f.hiddenStates();
        for (int i = 0; i < hidden.size(); i++) {
            if (pass.has("mid.hidden_states." + i)) {
                pass.compare("mid.hidden_states." + i, hidden.get(i));
            }
        }
    }
}
