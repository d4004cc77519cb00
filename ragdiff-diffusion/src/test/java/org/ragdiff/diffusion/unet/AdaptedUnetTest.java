package org.ragdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.nn.NamePattern;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.core.train.TrainingStage;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** A small denoiser of one codec's latents moves to another's of more channels, as PGEA does it. */
class AdaptedUnetTest {
    private static final int CELLS = 4;
    private static final int CHANNELS = 16;
    private static final List<String> ENDS = List.of("conv_in.*", "conv_out.*", "reference_net.conv_in.*");
    private static final List<NamePattern> ANEW =
            ENDS.stream().map(NamePattern::of).toList();
    private static final DiffusionTrainingOptions OPTIONS =
            DiffusionTrainingOptions.defaults().withBatch(4).withDropout(0.1, 0.1, 0.1, 0);

    private static double meanSquare(float[] values) {
        double sum = 0;
        for (float v : values) {
            sum += v * v;
        }
        return sum / values.length;
    }

    /** The same patches at every step, of three colours of which a codec has linear mixtures; the photo shows the same. */
    private static DiffusionBatch batch(long seed, int size, int channels) {
        SplittableRandom random = StepRandom.of(seed, 0, 1);
        float[] colours = StepRandom.normals(random, size * 3);
        float[] latents = new float[size * CELLS * CELLS * channels];
        for (int i = 0; i < latents.length; i++) {
            int sample = i / (CELLS * CELLS * channels);
            latents[i] = mixed(colours, 3 * sample, i % channels, channels);
        }
        return new DiffusionBatch(
                size,
                CELLS,
                CELLS,
                latents,
                latents,
                StepRandom.normals(random, size * 5),
                StepRandom.normals(random, size * 81),
                9,
                null);
    }

    /** Of unit variance: the colour itself of a codec of three channels, else a fixed mixture of all. */
    private static float mixed(float[] colours, int from, int channel, int channels) {
        if (channels == 3) {
            return colours[from + channel];
        }
        float[] mixture = StepRandom.normals(new SplittableRandom(channel), 3);
        double norm = Math.sqrt(mixture[0] * mixture[0] + mixture[1] * mixture[1] + mixture[2] * mixture[2]);
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += mixture[i] * colours[from + i];
        }
        return (float) (sum / norm);
    }

    private static DiffusionObjective objective(DenoisingUnet unet) {
        int channels = unet.config().latentChannels();
        return new DiffusionObjective(
                        unet,
                        (seed, step, size) -> batch(seed, size, channels),
                        ScheduleConfig.defaults(),
                        OPTIONS,
                        Map.of())
                .withValidation(List.of(batch(OPTIONS.seed(), OPTIONS.batch(), channels)), Networks.KERNELS);
    }

    /** Losses with all conditions, at fixed timesteps and noise, by steps done. */
    private static TreeMap<Long, Double> train(DenoisingUnet unet, TrainerOptions options, Path out)
            throws IOException {
        TreeMap<Long, Double> losses = new TreeMap<>();
        TrainingListener listener = (step, figures) -> {
            if (figures.containsKey("heldOutLoss")) {
                losses.put(step, figures.get("heldOutLoss"));
            }
        };
        new Trainer(objective(unet), options, Networks.KERNELS, out).run(false, listener);
        return losses;
    }

    private static DenoisingUnet fresh(long seed, int channels) {
        return new DenoisingUnet(new SplittableRandom(seed), Networks.tinyUnet().withLatentChannels(channels));
    }

    private static double loss(DenoisingUnet unet) {
        Metrics metrics = new Metrics();
        objective(unet).validate(0, metrics);
        return metrics.asMap().get("heldOutLoss");
    }

    @Test
    void theLossFallsFromStageToStage(@TempDir Path dir) throws IOException {
        Path base = dir.resolve("base");
        try (DenoisingUnet old = fresh(1, 3)) {
            train(old, TrainerOptions.defaults(60, 1e-2), base);
        }
        StoredWeights weights = StoredWeights.open(base);
        try (DenoisingUnet wide = fresh(2, CHANNELS)) {
            Map<String, float[]> start = new TreeMap<>();
            wide.parameters().forEach((n, p) -> start.put(n, HostArrays.read(p.value())));
            assertThatThrownBy(() -> weights.loadIntoLarger(wide, List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("wrong shape: conv_in.weight [6, 3, 3, 3], expected [6, 16, 3, 3]")
                    .hasMessageContaining("reference_net.conv_in.weight [4, 3, 3, 3]")
                    .hasMessageContaining("conv_out.weight [3, 6, 3, 3]");
            assertThat(weights.loadIntoLarger(wide, ANEW))
                    .containsExactly(
                            "conv_in.bias",
                            "conv_in.weight",
                            "conv_out.bias",
                            "conv_out.weight",
                            "reference_net.conv_in.bias",
                            "reference_net.conv_in.weight");
            wide.parameters().forEach((n, p) -> {
                if (ANEW.stream().anyMatch(a -> a.matches(n))) {
                    assertThat(HostArrays.read(p.value())).as(n).isEqualTo(start.get(n));
                }
            });
            // The new output layer gives zeros: the loss is the mean square of v, which lies between noise's and
            // data's.
            double before = loss(wide);
            double data =
                    meanSquare(batch(OPTIONS.seed(), OPTIONS.batch(), CHANNELS).standard());
            assertThat(before).isBetween(Math.min(1, data) - 0.02, Math.max(1, data) + 0.02);

            List<String> outer = Stream.concat(
                            ENDS.stream(), Stream.of("down_blocks.0.*", "up_blocks.1.*", "conv_norm_out.*"))
                    .toList();
            TrainerOptions options = TrainerOptions.defaults(60, 5e-3)
                    .withValidateEvery(1000)
                    .withStages(List.of(
                            new TrainingStage(20, 1e-2, ENDS),
                            new TrainingStage(20, null, outer),
                            TrainingStage.ofAll(20)));
            TreeMap<Long, Double> losses = train(wide, options, dir.resolve("adapted"));
            assertThat(losses.keySet()).as("ends of stages").containsExactly(20L, 40L, 60L);
            assertThat(losses.get(20L)).isLessThan(0.8 * before);
            assertThat(losses.get(40L)).isLessThan(losses.get(20L));
            assertThat(losses.get(60L)).isLessThan(losses.get(40L)).isEqualTo(loss(wide));
        }
    }
}
