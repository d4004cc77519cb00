package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.ConvTranspose2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;
import org.ragdiff.diffusion.GradientCheck;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.dit.DiTConfig;
import org.ragdiff.diffusion.diffusers.dit.DiTTransformer2DModel;
import org.ragdiff.diffusion.diffusers.unet.SinusoidalCode;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModelConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModelConfig.Kind;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vae.VQModel;
import org.ragdiff.diffusion.diffusers.vae.VQModelConfig;

/** Gradients and folders of the networks that know no prompt; PipelineOracleTest compares what they compute. */
class UnconditionalNetworksTest {
    @TempDir
    private Path folder;

    private static UNet2DModelConfig unet(Kind down, Kind up, boolean resnets) {
        List<Kind> downs = List.of(down, Kind.ATTENTION);
        List<Kind> ups = List.of(up, up);
        SinusoidalCode code = new SinusoidalCode(32, true, 0);
        List<Integer> channels = List.of(32, 32);
        return new UNet2DModelConfig(
                8, 3, 3, resnets, code, channels, downs, ups, 1, 1.4, 1, resnets, resnets, 8, 8, 1e-5, true);
    }

    private static DiTConfig dit() {
        return new DiTConfig(4, 3, 3, 2, 2, 8, 2, 5, 1e-5);
    }

    /** A network's squared error from fixed noise. */
    private record Regression(Module module, long[] out, Function<Tape, Var> forward) implements Objective {
        @Override
        public Var loss(Tape tape, long step, Metrics metrics) {
            INDArray target = tape.allocate(out);
            SplittableRandom random = new SplittableRandom(4);
            float[] v = new float[(int) target.length()];
            for (int i = 0; i < v.length; i++) {
                v[i] = (float) random.nextGaussian();
            }
            HostArrays.write(target, v);
            return Losses.meanSquaredError(tape, forward.apply(tape), target, null);
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }
    }

    private static void checkGradients(Module module, long[] out, Function<Tape, Var> forward) {
        GradientCheck.check(new Regression(module, out, forward), Networks.KERNELS, 3e-3, 2e-2);
    }

    @Test
    void gradientsEqualFiniteDifferences() {
        long[] maps = {2, 8, 8, 3};
        List<UNet2DModelConfig> configs = List.of(
                unet(Kind.SKIP, Kind.ATTENTION_SKIP, false),
                unet(Kind.ATTENTION_SKIP, Kind.SKIP, false),
                unet(Kind.ATTENTION, Kind.ATTENTION, true));
        try (INDArray x = Networks.normal(1, maps)) {
            for (UNet2DModelConfig c : configs) {
                try (UNet2DModel unet = UNet2DModel.random(c, 7)) {
                    checkGradients(
                            unet,
                            maps,
                            t -> unet.apply(
                                    t, t.constant(x), code(t, c.timeCode().of(3, 700), 32)));
                }
            }
        }
        try (INDArray x = Networks.normal(2, 2, 4, 4, 3);
                DiTTransformer2DModel dit = DiTTransformer2DModel.random(dit(), 3)) {
            checkGradients(
                    dit,
                    new long[] {2, 4, 4, 3},
                    t -> dit.apply(
                            t, t.constant(x), code(t, DiTTransformer2DModel.timeCode(20, 900), 256), new int[] {1, 5}));
        }
        try (INDArray x = Networks.normal(3, 2, 3, 5, 4);
                ConvTranspose2d conv = new ConvTranspose2d(new SplittableRandom(1), 4, 6, 4, Convolution.of(2, 1))) {
            checkGradients(conv, new long[] {2, 6, 10, 6}, t -> conv.apply(t, t.constant(x)));
        }
    }

    private static Var code(Tape t, float[] values, int channels) {
        return Goldens.array(t, values, values.length / channels, channels);
    }

    private interface Loader<M> {
        M load(Path folder) throws IOException;
    }

    private interface Saver<M> {
        void save(M module, Path folder) throws IOException;
    }

    private <M extends Module> void sameFromFolder(M module, Saver<M> saver, Loader<M> loader) throws IOException {
        Path own = folder.resolve(module.getClass().getSimpleName());
        saver.save(module, own);
        try (M again = loader.load(own)) {
            assertThat(again.state().keySet()).isEqualTo(module.state().keySet());
            module.state()
                    .forEach((name, v) ->
                            assertThat(again.state().get(name)).as(name).isEqualTo(v));
        }
        module.close();
    }

    @Test
    void foldersAreReadBack() throws IOException {
        AutoencoderKLConfig layers =
                new AutoencoderKLConfig(3, 3, 3, List.of(8, 16), 1, 4, true, true, true, 0.2, 0, 32, false);
        sameFromFolder(
                UNet2DModel.random(unet(Kind.SKIP, Kind.ATTENTION_SKIP, false), 1),
                (m, f) -> m.save(f, Dtype.F32),
                UNet2DModel::load);
        sameFromFolder(
                VQModel.random(new VQModelConfig(layers, 12, 5), 2), (m, f) -> m.save(f, Dtype.F32), VQModel::load);
        sameFromFolder(
                DiTTransformer2DModel.random(dit(), 3), (m, f) -> m.save(f, Dtype.F32), DiTTransformer2DModel::load);
        assertThatThrownBy(() -> new UNet2DModelConfig(
                        8,
                        3,
                        3,
                        false,
                        new SinusoidalCode(32, true, 0),
                        List.of(32, 32),
                        List.of(Kind.PLAIN, Kind.SKIP),
                        List.of(Kind.PLAIN, Kind.PLAIN),
                        1,
                        1,
                        1,
                        false,
                        false,
                        8,
                        8,
                        1e-5,
                        true))
                .hasMessageContaining("finest");
        assertThatThrownBy(() -> UNet2DModel.load(folder.resolve("VQModel")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("UNet2DModel");
    }
}
