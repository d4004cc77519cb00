package org.ragdiff.diffusion.diffusers.ragdiffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.unet.ImagePrompt;
import org.ragdiff.diffusion.diffusers.unet.ReferenceTokens;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;
import org.ragdiff.diffusion.unet.LandmarkGuider;
import org.ragdiff.diffusion.unet.ReferenceRows;

/** What starts at zero is trained from the first step: its gradients are those of central differences. */
class RagDiffusionTrainingTest {
    private final INDArray noisy = Networks.normal(1, 1, 4, 4, 4);
    private final INDArray photo = Networks.normal(2, 1, 4, 4, 4);
    private final INDArray structure = Networks.normal(3, 1, 1, 5);
    private final INDArray text = Networks.normal(4, 1, 3, 8);
    private final INDArray target = Networks.normal(5, 1, 4, 4, 4);
    private final INDArray features = Networks.array(
            LandmarkGuider.features(HostArrays.read(Networks.normal(6, 1, 6, 6)), 1, 6, 4, 4), 1, 4, 4, 2);

    private Var loss(Tape t, RagDiffusionModel m) {
        Var prompt = t.constant(text);
        List<Var> tokens = m.referenceNet().referenceTokens(t, inputs(t, m, photo, 0, prompt));
        UNetInputs in = inputs(t, m, noisy, 500, prompt)
                .withImagePrompts(List.of(ImagePrompt.of(
                        m.conditioning().structure(),
                        m.conditioning().structure().tokens(t, t.constant(structure)),
                        1)))
                .withLandmark(m.conditioning().landmark().apply(t, t.constant(features)))
                .withReference(new ReferenceTokens(
                        tokens, ReferenceRows.of(0), m.conditioning().reference()));
        return Losses.meanSquaredError(t, m.unet().apply(t, in), target, null);
    }

    private static UNetInputs inputs(Tape t, RagDiffusionModel m, INDArray latents, double step, Var text) {
        float[] code = UNet2DConditionModel.timeCode(m.unet().config(), step);
        return UNetInputs.of(t.constant(latents), t.constant(Networks.array(code, 1, code.length)), text);
    }

    private double value(RagDiffusionModel m, TensorPool pool) {
        try (Tape tape = Tape.training(Networks.KERNELS, pool)) {
            return loss(tape, m).item();
        }
    }

    @Test
    void gradientsReachEveryPart() throws CheckpointException {
        try (RagDiffusionModel m = TinyRagDiffusion.untrained();
                TensorPool pool = new TensorPool()) {
            m.conditioning().requireGrad(true);
            try (Tape tape = Tape.training(Networks.KERNELS, pool)) {
                tape.backward(loss(tape, m));
            }
            Map<String, Parameter> all = m.conditioning().parameters();
            for (String name : List.of(
                    "structure.ip_adapter.1.to_v_ip.weight",
                    "structure.ip_adapter.5.to_v_ip.weight",
                    "landmark.conv_out.weight",
                    "reference.layers.0.weight",
                    "reference.layers.2.weight")) {
                Parameter p = all.get(name);
                float[] g = HostArrays.read(p.grad());
                int largest = 0;
                for (int i = 0; i < g.length; i++) {
                    largest = Math.abs(g[i]) > Math.abs(g[largest]) ? i : largest;
                }
                assertThat(Math.abs(g[largest])).as(name).isGreaterThan(1e-4f);
                assertThat((double) g[largest])
                        .as("%s[%d]", name, largest)
                        .isCloseTo(difference(m, pool, p, largest), within(0.03 * Math.abs(g[largest]) + 2e-5));
            }
        }
    }

    private double difference(RagDiffusionModel m, TensorPool pool, Parameter p, int i) {
        double step = 1e-2;
        float[] v = HostArrays.read(p.value());
        float kept = v[i];
        v[i] = (float) (kept + step);
        HostArrays.write(p.value(), v);
        double above = value(m, pool);
        v[i] = (float) (kept - step);
        HostArrays.write(p.value(), v);
        double below = value(m, pool);
        v[i] = kept;
        HostArrays.write(p.value(), v);
        return (above - below) / (2 * step);
    }

    @Test
    void tokensOfAnInferenceTapeAreRefused() throws CheckpointException {
        try (RagDiffusionModel m = TinyRagDiffusion.untrained();
                TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(Networks.KERNELS, pool)) {
            assertThatThrownBy(() ->
                            m.referenceNet().referenceTokens(tape, inputs(tape, m, photo, 0, tape.constant(text))))
                    .hasMessageContaining("recordReference");
        }
    }
}
