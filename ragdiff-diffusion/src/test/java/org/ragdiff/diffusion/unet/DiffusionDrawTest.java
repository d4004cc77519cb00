package org.ragdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** What a training step draws, against the definitions of its targets and weights. */
class DiffusionDrawTest {
    private static final int CHANNELS = 3;
    private static final int EACH = 6 * 4 * CHANNELS;
    private static final DiffusionTrainingOptions PLAIN =
            DiffusionTrainingOptions.defaults().withBatch(32).withDropout(0, 0, 0, 0);

    private final DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet());

    @AfterEach
    void close() {
        unet.close();
    }

    private DiffusionObjective.Drawn draw(ScheduleConfig schedule, DiffusionTrainingOptions options, long step) {
        return new DiffusionObjective(
                        unet, (seed, at, size) -> batch(StepRandom.of(seed, at, 99), size), schedule, options, Map.of())
                .draw(step);
    }

    private static DiffusionBatch batch(SplittableRandom random, int size) {
        return new DiffusionBatch(
                size,
                6,
                4,
                StepRandom.normals(random, size * EACH),
                StepRandom.normals(random, size * EACH),
                StepRandom.normals(random, size * 5),
                StepRandom.normals(random, size * 81),
                9,
                null);
    }

    private static ScheduleConfig schedule(PredictionType type) {
        return ScheduleConfig.defaults().withPredictionType(type);
    }

    /** Hang et al. 2023, section 3: min(SNR, γ) weighs x₀'s error, and its like in ε and v. */
    @ParameterizedTest
    @EnumSource(names = {"EPSILON", "V", "SAMPLE"})
    void minSnrWeighsAsThePaperSays(PredictionType type) {
        double gamma = 5;
        NoiseSchedule levels = NoiseSchedule.of(schedule(type));
        DiffusionObjective.Drawn drawn = draw(schedule(type), PLAIN.withMinSnrGamma(gamma), 3);
        for (int i = 0; i < PLAIN.batch(); i++) {
            double a = levels.alphaCumprod((int) drawn.times()[i]);
            double snr = a / (1 - a);
            double x0 = Math.min(snr, gamma);
            double expected =
                    switch (type) {
                        case EPSILON -> x0 / snr;
                        case V -> x0 / (snr + 1);
                        default -> x0;
                    };
            assertThat((double) drawn.sampleWeights()[i]).isCloseTo(expected, within(1e-5 * expected));
        }
        assertThat(draw(schedule(type), PLAIN, 3).sampleWeights()).containsOnly(1);
    }

    /** v = α·ε − σ·x₀ (Salimans and Ho 2022) of the ε that made the noisy latents. */
    @Test
    void theTargetIsTheVelocityOfTheNoisyLatents() {
        NoiseSchedule levels = NoiseSchedule.of(schedule(PredictionType.V));
        for (double offset : new double[] {0, 0.2}) {
            DiffusionObjective.Drawn drawn = draw(schedule(PredictionType.V), PLAIN.withOffsetNoise(offset), 3);
            float[] clean = drawn.batch().standard();
            for (int i = 0; i < clean.length; i++) {
                double a = levels.alphaCumprod((int) drawn.times()[i / EACH]);
                double sigma = Math.sqrt(1 - a);
                double noise = (drawn.noisy()[i] - Math.sqrt(a) * clean[i]) / sigma;
                assertThat((double) drawn.target()[i])
                        .isCloseTo(Math.sqrt(a) * noise - sigma * clean[i], within(1e-4 / sigma));
            }
        }
    }

    /** Lin et al. 2024: the last step is noise alone, whose velocity is −x₀. */
    @Test
    void withZeroTerminalSnrTheLastStepHoldsNoSignal() {
        ScheduleConfig zero = schedule(PredictionType.V).withRescaleBetasZeroSnr(true);
        NoiseSchedule levels = NoiseSchedule.of(zero);
        assertThat(levels.alphaCumprod(levels.steps() - 1)).isCloseTo(0, within(1e-12));
        int seen = 0;
        for (long step = 0; step < 400 && seen == 0; step++) {
            DiffusionObjective.Drawn drawn = draw(zero, PLAIN, step);
            for (int i = 0; i < PLAIN.batch(); i++) {
                if ((int) drawn.times()[i] == levels.steps() - 1) {
                    for (int j = i * EACH; j < (i + 1) * EACH; j++) {
                        assertThat(drawn.target()[j]).isCloseTo(-drawn.batch().standard()[j], within(1e-5f));
                    }
                    seen++;
                }
            }
        }
        assertThat(seen).isPositive();
        assertThatThrownBy(() -> draw(schedule(PredictionType.EPSILON).withRescaleBetasZeroSnr(true), PLAIN, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zero terminal SNR needs a V or SAMPLE prediction");
    }

    /** The same number for all cells of a channel of a sample, of the deviation asked for. */
    @Test
    void offsetNoiseMovesChannelsAsAWhole() {
        double deviation = 0.3;
        double sum = 0;
        double squares = 0;
        int n = 0;
        for (long step = 0; step < 20; step++) {
            DiffusionObjective.Drawn plain = draw(schedule(PredictionType.EPSILON), PLAIN, step);
            DiffusionObjective.Drawn moved =
                    draw(schedule(PredictionType.EPSILON), PLAIN.withOffsetNoise(deviation), step);
            assertThat(moved.times()).containsExactly(plain.times());
            for (int i = 0; i < PLAIN.batch(); i++) {
                for (int c = 0; c < CHANNELS; c++) {
                    float first = moved.target()[i * EACH + c] - plain.target()[i * EACH + c];
                    for (int j = i * EACH + c; j < (i + 1) * EACH; j += CHANNELS) {
                        assertThat(moved.target()[j] - plain.target()[j]).isCloseTo(first, within(1e-5f));
                    }
                    sum += first;
                    squares += first * first;
                    n++;
                }
            }
        }
        // 1,920 draws: four standard errors.
        assertThat(sum / n).isCloseTo(0, within(4 * deviation / Math.sqrt(n)));
        assertThat(Math.sqrt(squares / n)).isCloseTo(deviation, within(4 * deviation / Math.sqrt(2 * n)));
        assertThat(draw(schedule(PredictionType.V), PLAIN.withOffsetNoise(0), 1).noisy())
                .containsExactly(draw(schedule(PredictionType.V), PLAIN, 1).noisy());
        assertThatThrownBy(() -> PLAIN.withOffsetNoise(-0.1)).hasMessageContaining("offsetNoise must be in [0, 1]");
    }

    private static DiffusionBatch heldOut(long seed, int size) {
        return batch(StepRandom.of(seed, 0, 98), size);
    }

    private Map<String, Double> validate(DenoisingUnet network, ScheduleConfig schedule, DiffusionBatch... batches) {
        Metrics metrics = new Metrics();
        new DiffusionObjective(
                        network,
                        (seed, step, size) -> {
                            throw new AssertionError("no batch of training");
                        },
                        schedule,
                        PLAIN,
                        Map.of())
                .withValidation(List.of(batches), Networks.KERNELS)
                .validate(7, metrics);
        return metrics.asMap();
    }

    /** A new network predicts zero, so the loss is the target's mean square: x₀'s, whatever the timestep. */
    @Test
    void validationMeasuresTheTargetsPowerOfAnUntrainedNetwork() {
        DiffusionBatch one = heldOut(1, 3);
        DiffusionBatch two = heldOut(2, 2);
        double[] power = new double[2];
        for (float v : one.standard()) {
            power[0] += v * v / EACH;
        }
        for (float v : two.standard()) {
            power[1] += v * v / EACH;
        }
        Map<String, Double> found = validate(unet, schedule(PredictionType.SAMPLE), one, two);
        assertThat(found.keySet())
                .containsExactly(
                        "heldOutLoss",
                        "heldOutLossQuarter1",
                        "heldOutLossQuarter2",
                        "heldOutLossQuarter3",
                        "heldOutLossQuarter4");
        assertThat(found.values()).allSatisfy(v -> assertThat(v).isCloseTo((power[0] + power[1]) / 5, within(1e-5)));
    }

    /** Of the noise that is predicted as zero, the mean square is one, and its draws are those of the last time. */
    @Test
    void validationIsTheSameEveryTime() {
        DiffusionBatch[] batches = {heldOut(1, 16), heldOut(2, 16)};
        Map<String, Double> first = validate(unet, schedule(PredictionType.EPSILON), batches);
        assertThat(first.get("heldOutLoss")).isCloseTo(1, within(0.05));
        assertThat(validate(unet, schedule(PredictionType.EPSILON), batches)).isEqualTo(first);
        assertThat((first.get("heldOutLossQuarter1")
                                + first.get("heldOutLossQuarter2")
                                + first.get("heldOutLossQuarter3")
                                + first.get("heldOutLossQuarter4"))
                        / 4)
                .isCloseTo(first.get("heldOutLoss"), within(1e-9));
        Networks.randomise(unet, 3, 0.2);
        assertThat(validate(unet, schedule(PredictionType.EPSILON), batches)).isNotEqualTo(first);
        assertThatThrownBy(() -> validate(unet, schedule(PredictionType.EPSILON)))
                .hasMessageContaining("at least one batch");
    }
}
