package org.ragdiff.diffusion.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.sampler.Linear;
import org.ragdiff.diffusion.sampler.TrainedProcess;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

class ProjectedGuidanceTest {
    private static final Set<Stream> ALL = EnumSet.allOf(Stream.class);
    private static final Linear SAMPLE = new Linear(0, 1);

    private static float[] combine(ProjectedGuidance g, Linear clean, float[] x, float... predictions) {
        float[] out = new float[x.length];
        g.combine(predictions, x, clean, out);
        return out;
    }

    @Test
    void weakensWhatLiesAlongTheEstimate() {
        // e = (3, 4), difference (2, 4): (2.64, 3.52) along e/5, the rest (-0.64, 0.48) across.
        ProjectedGuidance g =
                new ProjectedGuidance(GuidanceScales.plain(3), new GuidanceProjection(0.25, 0, 0), ALL, 1, 2);
        assertThat(g.branches()).containsExactly(Set.of(), ALL);
        float[] out = combine(g, SAMPLE, new float[2], 1, 0, 3, 4);
        assertThat(out[0]).isCloseTo((float) (3 + 2 * (-0.64 + 0.25 * 2.64)), within(1e-5f));
        assertThat(out[1]).isCloseTo((float) (4 + 2 * (0.48 + 0.25 * 3.52)), within(1e-5f));
    }

    @Test
    void boundsAndAverages() {
        ProjectedGuidance g =
                new ProjectedGuidance(GuidanceScales.plain(2), new GuidanceProjection(1, 2, -0.5), ALL, 1, 2);
        float[] out = combine(g, SAMPLE, new float[2], 1, 0, 3, 4);
        double scale = 2 / Math.sqrt(20);
        assertThat(out[0]).isCloseTo((float) (3 + scale * 2), within(1e-5f));
        // The second difference (1, 0) less half of the first, (2, 4): (0, -2), whose norm is the bound.
        out = combine(g, SAMPLE, new float[2], 0, 1, 1, 1);
        assertThat(out[0]).isCloseTo(1, within(1e-5f));
        assertThat(out[1]).isCloseTo(-1, within(1e-5f));
    }

    @Test
    void keepingAllIsPlainGuidanceWhateverIsPredicted() {
        float[] x = StepRandom.normals(new SplittableRandom(1), 12);
        for (GuidanceScales scales : List.of(
                GuidanceScales.plain(4),
                new GuidanceScales(2, 3, 5, 0),
                new GuidanceScales(1, 3, 3, 0.6),
                new GuidanceScales(0, 1, 2, 0),
                new GuidanceScales(2, 2, 0, 0))) {
            ProjectedGuidance g = new ProjectedGuidance(scales, GuidanceProjection.NONE, ALL, 2, 12);
            float[] all = StepRandom.normals(new SplittableRandom(2), 12 * 4);
            float[] projected = combine(g, new Linear(0.8, -0.6), x, pick(all, g.branches()));
            GuidancePlan plan = GuidancePlan.of(scales, ALL);
            float[] plain = new float[12];
            plan.combine(
                    pick(
                            all,
                            plan.branches().stream()
                                    .map(GuidancePlan.Branch::streams)
                                    .toList()),
                    2,
                    plain);
            for (int i = 0; i < plain.length; i++) {
                assertThat(projected[i]).isCloseTo(plain[i], within(1e-4f));
            }
        }
    }

    /** A prediction of its own for each number of conditions. */
    private static float[] pick(float[] all, List<Set<Stream>> branches) {
        float[] out = new float[12 * branches.size()];
        for (int b = 0; b < branches.size(); b++) {
            System.arraycopy(all, 12 * branches.get(b).size(), out, 12 * b, 12);
        }
        return out;
    }

    /** Predicts, for each row, 100 times the structure it sees, or 0. */
    private static final class Echo implements Denoiser {
        private int rows;

        @Override
        public PredictionType predictionType() {
            return PredictionType.V;
        }

        @Override
        public String fingerprint() {
            return "echo";
        }

        private record Seen(double[] values) implements Prepared {
            @Override
            public void close() {}
        }

        @Override
        public Prepared prepare(List<DenoiserCondition> conditions, int height, int width) {
            return new Seen(conditions.stream()
                    .mapToDouble(
                            c -> c.structure() == null ? 0 : 100 * c.structure().getDouble(0))
                    .toArray());
        }

        @Override
        public void predict(INDArray noisy, double timestep, Prepared prepared, INDArray out) {
            double[] values = ((Seen) prepared).values();
            rows = values.length;
            for (int i = 0; i < values.length; i++) {
                out.putScalar(i, values[i]);
            }
        }

        @Override
        public void close() {}
    }

    private static DenoiserCondition structure(double value) {
        return new DenoiserCondition(
                1, Nd4j.create(new double[][] {{value}}).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT), null, null);
    }

    @Test
    void outsideOfItsIntervalNothingIsGuided() {
        Echo echo = new Echo();
        TrainedProcess process = TrainedProcess.of(ScheduleConfig.defaults());
        Guidance guidance = Guidance.of(GuidanceScales.plain(3)).withInterval(new GuidanceInterval(0.2, 0.7));
        try (GuidedDenoiser g = new GuidedDenoiser(echo, process, structure(0.5), guidance, 1, 1, 1)) {
            float[] out = new float[1];
            g.predict(new float[1], 500, out);
            assertThat(out[0]).isEqualTo(150);
            assertThat(echo.rows).isEqualTo(2);
            for (double t : new double[] {0, 199, 700, 999}) {
                g.predict(new float[1], t, out);
                assertThat(out[0]).isEqualTo(50);
                assertThat(echo.rows).isEqualTo(1);
            }
        }
    }

    @Test
    void guidanceLeadsAwayFromNegativeConditions() {
        TrainedProcess process = TrainedProcess.of(ScheduleConfig.defaults());
        Guidance guidance = Guidance.of(GuidanceScales.plain(3));
        try (GuidedDenoiser g =
                new GuidedDenoiser(new Echo(), process, structure(0.5), structure(0.25), guidance, 1, 1, 1)) {
            float[] out = new float[1];
            g.predict(new float[1], 500, out);
            assertThat(out[0]).isEqualTo(25 + 3 * (50 - 25));
        }
        assertThatThrownBy(() -> new GuidedDenoiser(
                        new Echo(), process, DenoiserCondition.none(1), structure(1), guidance, 1, 1, 1))
                .hasMessageContaining("STRUCTURE");
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new GuidanceInterval(0.7, 0.2)).hasMessageContaining("from <= to");
        assertThatThrownBy(() -> new GuidanceProjection(0, -1, 0)).hasMessageContaining("largest");
        assertThatThrownBy(() -> new GuidanceProjection(0, 0, 1)).hasMessageContaining("momentum");
    }
}
