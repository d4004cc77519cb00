package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;

/** UNet2DConditionModel against diffusers' own outputs. */
class UNetFixtureTest {
    @ParameterizedTest
    @ValueSource(strings = {"unet-sd", "unet-sdxl"})
    void predictsWhatDiffusersPredicts(String family) throws IOException {
        for (JsonNode c : Goldens.cases(family)) {
            FixtureTensors f = Goldens.tensors(family, c);
            try (UNet2DConditionModel unet = UNet2DConditionModel.load(
                    Goldens.folder(family).resolve(c.get("checkpoint").asText()))) {
                float[] out = Goldens.run(t -> unet.apply(t, inputs(t, unet.config(), f)));
                double error = Goldens.relativeError(f, "out.sample_f64", out);
                assertThat(error).as(c.get("name").asText()).isLessThan(1e-5);
            }
        }
    }

    /** The fixture's inputs as the network takes them. */
    static UNetInputs inputs(Tape t, UNet2DConfig config, FixtureTensors f) {
        double[] timesteps = Goldens.timesteps(f);
        int n = timesteps.length;
        UNetInputs in = UNetInputs.of(
                Goldens.input(t, f, "in.sample"),
                Goldens.array(
                        t,
                        UNet2DConditionModel.timeCode(config, timesteps),
                        n,
                        config.timeCode().channels()),
                Goldens.input(t, f, "in.encoder_hidden_states"));
        if (config.textTime() == null) {
            return in;
        }
        float[] ids = UNet2DConditionModel.timeIdCode(config, f.values("in.time_ids"));
        return in.withTextTime(Goldens.input(t, f, "in.text_embeds"), Goldens.array(t, ids, n, ids.length / n));
    }

    /** The forward is recorded whole: nothing in it is computed beside the tape. */
    @ParameterizedTest
    @ValueSource(strings = {"unet-sd", "unet-sdxl"})
    void plansPredictTheSame(String family) throws IOException {
        for (JsonNode c : Goldens.cases(family)) {
            FixtureTensors f = Goldens.tensors(family, c);
            try (UNet2DConditionModel unet = UNet2DConditionModel.load(
                            Goldens.folder(family).resolve(c.get("checkpoint").asText()));
                    Kernels kernels = KernelProviders.defaultKernels();
                    TensorPool pool = new TensorPool();
                    Tape values = Tape.inference(kernels, pool);
                    GraphBuilder b = new GraphBuilder()) {
                UNetInputs in = inputs(values, unet.config(), f);
                UNetInputs recorded = UNetInputs.of(
                        b.input("sample", in.sample().shape()),
                        b.input("time", in.timeCode().shape()),
                        b.condition("text", in.encoderHiddenStates().shape()));
                if (in.textEmbeds() != null) {
                    recorded = recorded.withTextTime(
                            b.condition("pooled", in.textEmbeds().shape()),
                            b.condition("ids", in.timeIdCode().shape()));
                }
                b.output("out", unet.apply(b.tape(), recorded));
                try (Plan plan = kernels.compile(b.build())) {
                    plan.set("sample", in.sample().value());
                    plan.set("time", in.timeCode().value());
                    plan.set("text", in.encoderHiddenStates().value());
                    if (in.textEmbeds() != null) {
                        plan.set("pooled", in.textEmbeds().value());
                        plan.set("ids", in.timeIdCode().value());
                    }
                    plan.run();
                    float[] out = HostArrays.read(plan.output("out"));
                    assertThat(Goldens.relativeError(f, "out.sample_f64", out)).isLessThan(1e-5);
                }
            }
        }
    }

    @Test
    void codesOfTimestepsAreDiffusers() throws IOException {
        for (JsonNode c : Goldens.cases("unet-sdxl")) {
            FixtureTensors f = Goldens.tensors("unet-sdxl", c);
            try (UNet2DConditionModel unet =
                    UNet2DConditionModel.load(Goldens.folder("unet-sdxl").resolve("a"))) {
                float[] time = UNet2DConditionModel.timeCode(unet.config(), Goldens.timesteps(f));
                assertThat(Goldens.relativeError(f, "mid.time_proj", time)).isLessThan(1e-6);
                float[] ids = UNet2DConditionModel.timeIdCode(unet.config(), f.values("in.time_ids"));
                assertThat(Goldens.relativeError(f, "mid.add_time_proj", ids)).isLessThan(1e-6);
            }
        }
    }

    @Test
    void namesInputsThatDoNotFit() throws IOException {
        JsonNode c = Goldens.cases("unet-sdxl").get(0);
        FixtureTensors f = Goldens.tensors("unet-sdxl", c);
        try (UNet2DConditionModel unet =
                UNet2DConditionModel.load(Goldens.folder("unet-sdxl").resolve("a"))) {
            assertThatThrownBy(() -> Goldens.run(t -> {
                        UNetInputs in = inputs(t, unet.config(), f);
                        return unet.apply(t, in.withTextTime(null, null));
                    }))
                    .hasMessageContaining("needs textEmbeds and timeIdCode");
            assertThatThrownBy(() -> Goldens.run(t -> {
                        UNetInputs in = inputs(t, unet.config(), f);
                        return unet.apply(t, UNetInputs.of(in.timeCode(), in.timeCode(), in.encoderHiddenStates()));
                    }))
                    .hasMessageContaining("sample must have the shape [");
        }
    }
}
