package org.ragdiff.diffusion.diffusers.ragdiffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.DenoiserContract;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.pipeline.GuidedUNet;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

class RagDiffusionDenoiserTest extends DenoiserContract {
    private static final Kernels KERNELS = KernelProviders.defaultKernels();
    private static final TextCondition TEXT = TextCondition.of(Networks.normal(9, 1, 4, 8));

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    @Override
    protected Denoiser denoiser() throws CheckpointException {
        return denoiser(TinyRagDiffusion.trained());
    }

    private static RagDiffusionDenoiser denoiser(RagDiffusionModel model) {
        return new RagDiffusionDenoiser(model, TEXT, ScheduleConfig.defaults(), KERNELS);
    }

    @Override
    protected Size size() {
        return new Size(6, 4, 4, 5, 9);
    }

    private static float[] predict(Denoiser d, float[] x, double t, DenoiserCondition condition) {
        try (Denoiser.Prepared p = d.prepare(List.of(condition), 6, 4);
                INDArray in = Networks.array(x, 1, 6, 4, 4);
                INDArray out = Networks.array(new float[x.length], 1, 6, 4, 4)) {
            d.predict(in, t, p, out);
            return HostArrays.read(out);
        }
    }

    private static float[] plain(RagDiffusionModel model, float[] x, double t) {
        try (GuidedUNet unet = new GuidedUNet(model.unet(), TEXT, null, 1, 6, 4, KERNELS)) {
            float[] out = new float[x.length];
            unet.predict(x, t, out);
            return out;
        }
    }

    private static DenoiserCondition all(INDArray reference) {
        return new DenoiserCondition(1, Networks.normal(5, 1, 5), Networks.normal(6, 1, 9, 9, 1), reference);
    }

    @Test
    void untrainedItPredictsAsTheUnetBitForBit() throws CheckpointException {
        float[] x = HostArrays.read(Networks.normal(1, 1, 6, 4, 4));
        try (RagDiffusionDenoiser d = denoiser(TinyRagDiffusion.untrained())) {
            float[] expected = plain(d.model(), x, 421);
            assertThat(predict(d, x, 421, all(Networks.normal(7, 1, 6, 4, 4)))).isEqualTo(expected);
            assertThat(predict(d, x, 421, DenoiserCondition.none(1))).isEqualTo(expected);
        }
    }

    /**
     * A picture that is its own reference, without noise, at timestep 0: every own key stands twice in the softmax,
     * which changes nothing, whatever the gates are. So layers, tokens and timestep of both networks correspond.
     */
    @Test
    void aPictureThatIsItsOwnReferenceIsUnchanged() throws CheckpointException {
        RagDiffusionModel model = TinyRagDiffusion.untrained();
        model.conditioning().reference().parameters().values().forEach(RagDiffusionDenoiserTest::identity);
        try (RagDiffusionDenoiser d = denoiser(model)) {
            INDArray latents = Networks.normal(1, 1, 6, 4, 4);
            float[] x = HostArrays.read(latents);
            float[] expected = plain(model, x, 0);
            assertThat(predict(d, x, 0, new DenoiserCondition(1, null, null, latents)))
                    .containsExactly(expected, within(2e-5f));
            float[] other = predict(d, x, 0, new DenoiserCondition(1, null, null, Networks.normal(2, 1, 6, 4, 4)));
            assertThat(difference(other, expected)).isGreaterThan(1e-3);
        }
    }

    private static void identity(Parameter gate) {
        int c = (int) gate.shape()[0];
        float[] values = new float[c * c];
        for (int i = 0; i < c; i++) {
            values[i * c + i] = 1;
        }
        HostArrays.write(gate.value(), values);
    }

    private static double difference(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    @Test
    void saysWhatDoesNotFit() throws CheckpointException {
        try (RagDiffusionDenoiser d = denoiser(TinyRagDiffusion.untrained())) {
            DenoiserCondition long7 = new DenoiserCondition(1, Networks.normal(1, 1, 7), null, null);
            assertThatThrownBy(() -> d.prepare(List.of(long7), 6, 4))
                    .hasMessageContaining("rows of 7 values, this model reads 5");
            assertThatThrownBy(() -> d.prepare(List.of(DenoiserCondition.none(1)), 5, 4))
                    .hasMessageContaining("multiples of 2");
            TextCondition wide = TextCondition.of(Networks.normal(1, 1, 4, 9));
            assertThatThrownBy(() -> new RagDiffusionDenoiser(d.model(), wide, ScheduleConfig.defaults(), KERNELS))
                    .hasMessageContaining("[1, tokens, 8]");
        }
    }
}
