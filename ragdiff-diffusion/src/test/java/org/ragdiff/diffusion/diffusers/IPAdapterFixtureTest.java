package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.adapter.IPAdapter;
import org.ragdiff.diffusion.diffusers.adapter.ImageMasks;
import org.ragdiff.diffusion.diffusers.unet.ImagePrompt;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;

/** IP-Adapters, plain and Plus, alone and together, against diffusers' own outputs. */
class IPAdapterFixtureTest {
    private static final String FAMILY = "ip-adapter";

    @Test
    void addsWhatDiffusersAdds() throws IOException {
        for (JsonNode c : Goldens.cases(FAMILY)) {
            FixtureTensors f = Goldens.tensors(FAMILY, c);
            List<IPAdapter> adapters = new ArrayList<>();
            try (UNet2DConditionModel unet = UNet2DConditionModel.load(
                    Goldens.folder(FAMILY).resolve(c.get("unet").asText()))) {
                for (JsonNode name : c.get("adapters")) {
                    adapters.add(IPAdapter.load(Goldens.folder(FAMILY).resolve(name.asText()), unet));
                }
                for (JsonNode scale : c.get("scales")) {
                    check(c.get("name").asText(), f, unet, adapters, scale);
                }
            } finally {
                adapters.forEach(IPAdapter::close);
            }
        }
    }

    private static void check(
            String name, FixtureTensors f, UNet2DConditionModel unet, List<IPAdapter> adapters, JsonNode scale) {
        float[][] tokens = new float[adapters.size()][];
        float[] out = Goldens.run(t -> {
            List<ImagePrompt> prompts = new ArrayList<>();
            for (int i = 0; i < adapters.size(); i++) {
                Var embeds = plain(t, f, "in.image_embeds." + i);
                Var tok = adapters.get(i).tokens(t, embeds);
                tokens[i] = HostArrays.read(tok.value());
                float s = (float) (scale.isArray() ? scale.get(i).asDouble() : scale.asDouble());
                prompts.add(new ImagePrompt(adapters.get(i), tok, s, masks(t, f, unet, "in.mask." + i)));
            }
            return unet.apply(t, UNetFixtureTest.inputs(t, unet.config(), f).withImagePrompts(prompts));
        });
        for (int i = 0; i < tokens.length; i++) {
            double[] expected = f.values("out.image_tokens." + i);
            for (int j = 0; j < expected.length; j++) {
                assertThat((double) tokens[i][j]).isCloseTo(expected[j], org.assertj.core.data.Offset.offset(2e-5));
            }
        }
        String tag =
                scale.isArray() ? scale.get(0).asText() + "_" + scale.get(1).asText() : scale.asText();
        assertThat(Goldens.relativeError(f, "out.scale" + tag + ".sample_f64", out))
                .as(name + " at scale " + tag)
                .isLessThan(1e-5);
    }

    /** As it is stored: of four dimensions, but no map. */
    private static Var plain(Tape t, FixtureTensors f, String name) {
        int[] s = f.shape(name);
        return Goldens.array(
                t, f.values(name), java.util.Arrays.stream(s).asLongStream().toArray());
    }

    private static List<Var> masks(Tape t, FixtureTensors f, UNet2DConditionModel unet, String name) {
        if (!f.has(name)) {
            return List.of();
        }
        int[] m = f.shape(name);
        int[] s = f.shape("in.sample");
        double[] v = f.values(name);
        float[] mask = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            mask[i] = (float) v[i];
        }
        return ImageMasks.of(unet.config(), mask, m[2], m[3], s[2], s[3], s[0]).stream()
                .map(l -> Goldens.array(t, l.factors(), s[0], l.tokens(), l.channels()))
                .toList();
    }

    @Test
    void filesAreWrittenAsTheyWereRead(@TempDir Path temp) throws IOException {
        Path folder = Goldens.folder(FAMILY);
        try (UNet2DConditionModel unet = UNet2DConditionModel.load(folder.resolve("../unet-sd/a"));
                IPAdapter plus = IPAdapter.load(folder.resolve("ip-adapter_plus.safetensors"), unet)) {
            plus.save(temp.resolve("x.safetensors"), Dtype.F32);
            CheckpointRoundTripTest.sameTensors(
                    folder.resolve("ip-adapter_plus.safetensors"), temp.resolve("x.safetensors"));
        }
        try (UNet2DConditionModel other = UNet2DConditionModel.load(folder.resolve("../unet-sdxl/a"))) {
            assertThatThrownBy(() -> IPAdapter.load(folder.resolve("ip-adapter_plus.safetensors"), other))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("wrong shape: ip_adapter.1.to_k_ip.weight");
        }
    }
}
