package org.ragdiff.cli.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.adapter.IPAdapter;
import org.ragdiff.diffusion.diffusers.adapter.ImageMasks;
import org.ragdiff.diffusion.diffusers.unet.ImagePrompt;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;

/** Image tokens of IP-Adapters, and what a UNet predicts with them at several scales. */
final class IpAdapterFamily implements ParityFamily {
    @Override
    public String name() {
        return "ip-adapter";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        for (FixtureObject c : folder.index().objects("cases")) {
            run.check(c.text("name"), UNetFamily.TOLERANCE, d -> {
                List<IPAdapter> adapters = new ArrayList<>();
                try (UNet2DConditionModel unet = UNet2DConditionModel.load(UNetFamily.checkpoint(folder, c, "unet"));
                        FixtureTensors tensors = folder.tensors(c.text("file"))) {
                    for (JsonNode file : c.node().path("adapters")) {
                        adapters.add(IPAdapter.load(folder.resolve(file.asText()), unet));
                    }
                    for (JsonNode scale : c.node().path("scales")) {
                        try (NetworkPass pass = new NetworkPass(run.kernels(), tensors, d)) {
                            predict(pass, unet, adapters, scale);
                        }
                    }
                } finally {
                    adapters.forEach(IPAdapter::close);
                }
            });
        }
    }

    private static void predict(NetworkPass pass, UNet2DConditionModel unet, List<IPAdapter> adapters, JsonNode scale)
            throws IOException {
        List<ImagePrompt> prompts = new ArrayList<>();
        for (int i = 0; i < adapters.size(); i++) {
            Var tokens = adapters.get(i).tokens(pass.tape(), pass.plain("in.image_embeds." + i));
            pass.compare("out.image_tokens." + i, tokens);
            float s = (float) (scale.isArray() ? scale.path(i) : scale).asDouble();
            prompts.addAll(prompts(pass, unet.config(), adapters.get(i), tokens, s, i));
        }
        List<String> parts = new ArrayList<>();
        (scale.isArray() ? scale : List.of(scale)).forEach(s -> parts.add(s.asText()));
        pass.compareMap(
                "out.scale" + String.join("_", parts) + ".sample",
                unet.apply(pass.tape(), UNetFamily.inputs(pass, unet.config()).withImagePrompts(prompts)));
    }

    /** One prompt for all images of an adapter, or one for each where they have masks. */
    private static List<ImagePrompt> prompts(
            NetworkPass pass, UNet2DConfig config, IPAdapter adapter, Var tokens, float scale, int index)
            throws IOException {
        String name = "in.mask." + index;
        if (!pass.has(name)) {
            return List.of(ImagePrompt.of(adapter, tokens, scale));
        }
        long[] m = pass.tensors().shape(name, 4);
        long[] s = pass.tensors().shape("in.sample", 4);
        int images = (int) m[1];
        int batch = (int) s[0];
        int area = Math.toIntExact(m[2] * m[3]);
        float[] masks = pass.tensors().floats(name);
        List<ImagePrompt> prompts = new ArrayList<>();
        for (int j = 0; j < images; j++) {
            float[] mask = java.util.Arrays.copyOfRange(masks, j * area, (j + 1) * area);
            List<Var> levels =
                    ImageMasks.of(config, mask, (int) m[2], (int) m[3], (int) s[2], (int) s[3], batch).stream()
                            .map(l -> pass.array(l.factors(), batch, l.tokens(), l.channels()))
                            .toList();
            prompts.add(new ImagePrompt(adapter, IPAdapter.image(pass.tape(), tokens, j, images), scale, levels));
        }
        return prompts;
    }
}
