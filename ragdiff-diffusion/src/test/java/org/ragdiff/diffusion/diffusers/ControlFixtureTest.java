package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.adapter.T2IAdapter;
import org.ragdiff.diffusion.diffusers.unet.ControlNetModel;
import org.ragdiff.diffusion.diffusers.unet.ControlNetModel.Residuals;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;

/** ControlNet and T2I-Adapter against diffusers' own outputs. */
class ControlFixtureTest {
    private static final String FAMILY = "controlnet";
    private static final double TOLERANCE = 1e-5;

    @Test
    void controlsAsDiffusers() throws IOException {
        for (JsonNode c : Goldens.cases(FAMILY)) {
            FixtureTensors f = Goldens.tensors(FAMILY, c);
            try (UNet2DConditionModel unet = UNet2DConditionModel.load(
                    Goldens.folder(FAMILY).resolve(c.get("unet").asText()))) {
                if (c.get("kind").asText().equals("controlnet")) {
                    for (float scale : new float[] {1, 0.5f}) {
                        check(unet, c, f, scale, false);
                    }
                    check(unet, c, f, 0.5f, true);
                } else {
                    checkAdapter(unet, c, f);
                }
            }
        }
    }

    private static void check(UNet2DConditionModel unet, JsonNode c, FixtureTensors f, float scale, boolean guess)
            throws IOException {
        String prefix = "out.scale" + scale + (guess ? "_guess" : "");
        try (ControlNetModel control = ControlNetModel.load(
                Goldens.folder(FAMILY).resolve(c.get("controlnet").asText()))) {
            float[] out = Goldens.run(t -> {
                UNetInputs in = UNetFixtureTest.inputs(t, unet.config(), f);
                Residuals r = control.apply(t, in, Goldens.input(t, f, "in.controlnet_cond"), scale, guess);
                return unet.apply(t, in.withResiduals(r.down(), r.mid()));
            });
            assertThat(Goldens.relativeError(f, prefix + ".unet_f64", out)).isLessThan(TOLERANCE);
            for (int i = 0; f.has(prefix + ".down." + i); i++) {
                int which = i;
                float[] down = Goldens.run(
                        t -> residuals(control, unet, t, f, scale, guess).down().get(which));
                assertThat(Goldens.relativeError(f, prefix + ".down." + i, down))
                        .isLessThan(TOLERANCE);
            }
            if (f.has(prefix + ".mid")) {
                float[] mid = Goldens.run(
                        t -> residuals(control, unet, t, f, scale, guess).mid());
                assertThat(Goldens.relativeError(f, prefix + ".mid", mid)).isLessThan(TOLERANCE);
            }
        }
    }

    private static Residuals residuals(
            ControlNetModel control,
            UNet2DConditionModel unet,
            org.ragdiff.core.tensor.Tape t,
            FixtureTensors f,
            float scale,
            boolean guess) {
        UNetInputs in = UNetFixtureTest.inputs(t, unet.config(), f);
        return control.apply(t, in, Goldens.input(t, f, "in.controlnet_cond"), scale, guess);
    }

    private static void checkAdapter(UNet2DConditionModel unet, JsonNode c, FixtureTensors f) throws IOException {
        try (T2IAdapter adapter =
                T2IAdapter.load(Goldens.folder(FAMILY).resolve(c.get("adapter").asText()))) {
            for (int i = 0; f.has("out.feature." + i); i++) {
                int which = i;
                float[] feature = Goldens.run(t ->
                        adapter.apply(t, Goldens.input(t, f, "in.condition")).get(which));
                assertThat(Goldens.relativeError(f, "out.feature." + i, feature))
                        .isLessThan(TOLERANCE);
            }
            for (float scale : new float[] {1, 0.5f}) {
                float[] out = Goldens.run(t -> {
                    List<Var> features = adapter.apply(t, Goldens.input(t, f, "in.condition")).stream()
                            .map(x -> Elementwise.scale(t, scale, x))
                            .toList();
                    UNetInputs in = UNetFixtureTest.inputs(t, unet.config(), f);
                    return unet.apply(t, in.withAdapterFeatures(features));
                });
                assertThat(Goldens.relativeError(f, "out.scale" + scale + ".unet", out))
                        .isLessThan(TOLERANCE);
            }
        }
    }

    @Test
    void foldersAreWrittenAsTheyWereRead(@TempDir Path temp) throws IOException {
        Path folder = Goldens.folder(FAMILY);
        try (ControlNetModel control = ControlNetModel.load(folder.resolve("controlnet"));
                T2IAdapter adapter = T2IAdapter.load(folder.resolve("t2i-adapter"))) {
            control.save(temp.resolve("c"), Dtype.F32);
            CheckpointRoundTripTest.sameFolder(folder.resolve("controlnet"), temp.resolve("c"));
            adapter.save(temp.resolve("a"), Dtype.F32);
            CheckpointRoundTripTest.sameFolder(folder.resolve("t2i-adapter"), temp.resolve("a"));
        }
    }

    @Test
    void aConditionOfAnotherSizeIsRefused() throws IOException {
        JsonNode c = Goldens.cases(FAMILY).get(0);
        FixtureTensors f = Goldens.tensors(FAMILY, c);
        try (ControlNetModel control =
                ControlNetModel.load(Goldens.folder(FAMILY).resolve("controlnet"))) {
            assertThatThrownBy(() -> Goldens.run(t -> {
                        UNetInputs in = UNetFixtureTest.inputs(t, control.config(), f);
                        return control.apply(t, in, in.sample(), 1, false).mid();
                    }))
                    .hasMessageContaining("condition must have the shape [1, 64, 64, 3]");
        }
    }
}
