package org.ragdiff.diffusion.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.diffusion.GradientCheck;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.StepRandom;

class AlignmentNetTest {
    private static final int SIDE = 16;
    private static final int CELLS = 8;
    private static final float TRUE = 0.8f;
    private static final AlignmentConfig TINY = new AlignmentConfig(SIDE, 2, List.of(4, 8), 1, 4, 2);

    /** A bright square on dark ground; it belongs in the middle of the frame, where it is {@link #TRUE} as bright. */
    private static AlignmentBatch squares(long seed, long step, int size) {
        SplittableRandom random = StepRandom.of(seed, step, 3);
        float[] photos = new float[3 * size * SIDE * SIDE];
        float[] seen = new float[size * CELLS * CELLS];
        float[] x = new float[seen.length];
        float[] y = new float[seen.length];
        float[] colours = new float[3 * seen.length];
        Arrays.fill(colours, TRUE * 0.9f);
        for (int n = 0; n < size; n++) {
            int left = random.nextInt(5);
            int top = random.nextInt(5);
            for (int i = 0; i < CELLS * CELLS; i++) {
                int cx = i % CELLS - left;
                int cy = i / CELLS - top;
                boolean inside = cx >= 0 && cx < 4 && cy >= 0 && cy < 4;
                int at = n * CELLS * CELLS + i;
                seen[at] = inside ? 1 : 0;
                x[at] = (cx + 2.5f) / CELLS;
                y[at] = (cy + 2.5f) / CELLS;
                for (int p = 0; p < 12; p++) {
                    int pixel = (2 * (i / CELLS) + p / 6) * SIDE + 2 * (i % CELLS) + p / 3 % 2;
                    photos[3 * (n * SIDE * SIDE + pixel) + p % 3] = inside ? 0.8f : -0.8f;
                }
            }
        }
        return new AlignmentBatch(size, photos, CELLS, seen, seen, x, y, colours);
    }

    private static AlignmentObjective objective(AlignmentNet net, int batch) {
        AlignmentTrainingOptions options = AlignmentTrainingOptions.defaults().withBatch(batch);
        return new AlignmentObjective(net, AlignmentNetTest::squares, options, Networks.KERNELS, squares(9, 0, 8));
    }

    @Test
    void gradientsEqualFiniteDifferences() {
        try (AlignmentNet net = new AlignmentNet(new SplittableRandom(1), TINY)) {
            Networks.randomise(net, 2, 0.3);
            GradientCheck.check(objective(net, 2), Networks.KERNELS, 1e-2, 2e-2);
        }
    }

    /** Untrained: everything lies where the photo shows it, and nobody knows what is garment. */
    @Test
    void anUntrainedNetworkLeavesThePhotoWhereItIs() {
        try (LearnedAligner aligner = new LearnedAligner(
                new AlignmentNet(new SplittableRandom(1), TINY), SplineWarpFit.defaults(), Networks.KERNELS)) {
            LearnedAligner.Reading read = aligner.read(List.of(RgbImage.wrap(40, 40, new byte[3 * 40 * 40])))
                    .get(0);
            assertThat(read.light().logGain()).containsOnly(0f);
            Correspondences c = read.places();
            for (int i = 0; i < CELLS * CELLS; i++) {
                assertThat(c.x()[i]).isEqualTo((i % CELLS + 0.5f) / CELLS);
                assertThat(c.y()[i]).isEqualTo((i / CELLS + 0.5f) / CELLS);
                assertThat(c.weight()[i]).isEqualTo(0.5f);
                assertThat(c.whole()[i]).isEqualTo(0.5f);
            }
            assertThatThrownBy(() -> aligner.align(List.of(RgbImage.wrap(8, 9, new byte[3 * 8 * 9]))))
                    .hasMessageContaining("must be square");
        }
    }

    @Test
    void itLearnsWhereThingsBelong(@TempDir Path dir) throws Exception {
        Metrics before = new Metrics();
        Metrics after = new Metrics();
        AlignmentNet net = new AlignmentNet(new SplittableRandom(1), TINY);
        AlignmentObjective objective = objective(net, 8);
        objective.validate(0, before);
        TrainerOptions options = TrainerOptions.defaults(150, 1e-2);
        new Trainer(objective, options, Networks.KERNELS, dir).run(false, TrainingListener.NONE);
        objective.validate(0, after);
        net.close();
        assertThat(after.asMap().get("heldOutPositionError"))
                .isLessThan(0.5 * before.asMap().get("heldOutPositionError"));
        assertThat(after.asMap().get("heldOutMaskIou")).isGreaterThan(0.9);
        assertThat(after.asMap().get("heldOutWholeIou")).isGreaterThan(0.9);
        assertThat(after.asMap().get("heldOutPhotoColourError")).isEqualTo(0.9 * (1 - TRUE), within(1e-3));
        assertThat(after.asMap().get("heldOutColourError")).isLessThan(0.2 * 0.9 * (1 - TRUE));
        try (LearnedAligner aligner = AlignmentWeights.load(dir, Networks.KERNELS)) {
            AlignmentBatch b = squares(11, 0, 1);
            byte[] rgb = new byte[3 * SIDE * SIDE];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) Math.round((b.photos()[i] + 1) * 127.5);
            }
            AlignedPhoto aligned =
                    aligner.align(List.of(RgbImage.wrap(SIDE, SIDE, rgb))).get(0);
            double mx = 0;
            double my = 0;
            double sum = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                double v = aligned.visibility()[i];
                sum += v;
                mx += v * (i % SIDE + 0.5) / SIDE;
                my += v * (i / SIDE + 0.5) / SIDE;
            }
            assertThat(mx / sum).as("centre of the square").isEqualTo(0.5, within(0.06));
            assertThat(my / sum).isEqualTo(0.5, within(0.06));
        }
    }

    @Test
    void configurationsAreChecked() {
        assertThatThrownBy(() -> new AlignmentConfig(20, 2, List.of(4, 8, 8), 1, 4, 2))
                .hasMessageContaining("side 20 is no multiple of 8");
        assertThatThrownBy(() -> new AlignmentConfig(16, 2, List.of(4, 6), 1, 4, 2))
                .hasMessageContaining("headChannels");
        assertThatThrownBy(() -> new AlignmentBatch(
                        1, new float[12], 2, new float[4], new float[4], new float[4], new float[3], new float[12]))
                .hasMessageContaining("does not fit");
    }
}
