package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** No combination of settings, however few the steps, ends in NaN. */
class SamplerSettingsTest {
    static List<String> names() {
        return Samplers.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyCombinationStaysFinite(String name) {
        for (ScheduleConfig training : trainings(name)) {
            for (SamplerOptions options : variants(Samplers.options(name))) {
                for (int steps : new int[] {1, 2, 3, 4, 5, 16, 50}) {
                    run(options, training, steps);
                }
            }
        }
    }

    private static List<ScheduleConfig> trainings(String name) {
        if (name.startsWith("flow")) {
            return List.of(ScheduleConfig.continuous(1000, PredictionType.FLOW));
        }
        if (name.equals("consistency")) {
            return List.of(ScheduleConfig.continuous(1000, PredictionType.EPSILON));
        }
        List<ScheduleConfig> out = new ArrayList<>();
        for (PredictionType type : List.of(PredictionType.EPSILON, PredictionType.V, PredictionType.SAMPLE)) {
            if (name.startsWith("edm")) {
                if (type != PredictionType.SAMPLE) {
                    out.add(ScheduleConfig.continuous(1000, type));
                }
                continue;
            }
            ScheduleConfig linear =
                    ScheduleConfig.defaults().withPredictionType(type).withBetas(BetaSchedule.LINEAR, 1e-4, 0.02);
            out.add(linear);
            out.add(linear.withBetas(BetaSchedule.SCALED_LINEAR, 0.00085, 0.012));
            out.add(linear.withBetas(BetaSchedule.SQUAREDCOS_CAP_V2, 1e-4, 0.02));
            if (type != PredictionType.EPSILON) {
                out.add(linear.withRescaleBetasZeroSnr(true));
            }
        }
        return out;
    }

    private static List<SamplerOptions> variants(SamplerOptions o) {
        List<SamplerOptions> out = new ArrayList<>(List.of(o));
        if (o instanceof LeveledOptions l) {
            for (SigmaSpacing spacing : SigmaSpacing.values()) {
                out.add(l.withLevels(l.levels().withSigmaSpacing(spacing)));
                out.add(l.withLevels(l.levels().withSigmaSpacing(spacing).withEndAtZero(false)));
            }
            out.add(l.withLevels(l.levels().withTimestepSpacing(TimestepSpacing.LEADING, 1)));
            out.add(l.withLevels(l.levels().withTimestepSpacing(TimestepSpacing.LINSPACE, 0)));
        }
        if (o instanceof UniPcOptions u) {
            for (UniPcOptions.Basis basis : UniPcOptions.Basis.values()) {
                for (boolean lower : new boolean[] {true, false}) {
                    UniPcOptions b = u.withBasis(basis).withLowerOrderFinal(lower);
                    out.add(b);
                    out.add(b.withPredictX0(false));
                    out.add(b.withPredictX0(false).withLevels(u.levels().withEndAtZero(false)));
                }
            }
        } else if (o instanceof DpmSolverOptions d) {
            out.add(d.withSolverType(DpmSolverType.HEUN).withLowerOrderFinal(false));
        } else if (o instanceof DpmSinglestepOptions d) {
            out.add(d.withSolverType(DpmSolverType.HEUN).withLowerOrderFinal(false));
        } else if (o instanceof EulerOptions e) {
            out.add(e.withLogLinear(true));
            out.add(e.withChurn(new Churn(10, 0, 50, 1.003)));
        } else if (o instanceof DdimOptions d) {
            out.add(d.withEta(1).withSpacing(TimestepSpacing.LINSPACE, 0));
            out.add(d.withSpacing(TimestepSpacing.LEADING, 1).withSetAlphaToOne(false));
        }
        return out;
    }

    private static void run(SamplerOptions options, ScheduleConfig training, int steps) {
        float[] start = NoiseSource.of(1).next(8);
        SamplerRun run =
                options.run(TrainedProcess.of(training), new RunRequest(Steps.of(steps), 1, 8, 2, NoiseSource.of(2)));
        run.begin(Start.fromNoise(start));
        float[] input = new float[8];
        float[] out = new float[8];
        while (run.call() < run.calls()) {
            run.input(input);
            for (int i = 0; i < 8; i++) {
                out[i] = (float) Math.tanh(input[i]);
            }
            run.step(out);
        }
        for (float v : run.latents()) {
            assertThat(v).as("%s, %s, %d steps", options, training, steps).isFinite();
        }
    }

    @Test
    void aFlowIsSampledByEverySolver() {
        ScheduleConfig flow = ScheduleConfig.continuous(1000, PredictionType.FLOW);
        for (String name :
                List.of("flow-euler", "flow-heun", "dpmpp2m", "dpmpp3m", "dpmpp2s", "unipc", "deis", "sde-dpmpp2m")) {
            float[] point = {0.5f, -1, 2};
            Sampler sampler = Samplers.named(name, flow);
            float[] start = NoiseSource.of(3).next(3);
            float[] out = sampler.sample(
                    (x, t, v) -> {
                        for (int i = 0; i < 3; i++) {
                            // The level that a whole timestep stands for is a little higher.
                            v[i] = (float) ((x[i] - point[i]) / Math.max(t / 1000, 1e-3));
                        }
                    },
                    start,
                    1,
                    20,
                    NoiseSource.of(4),
                    StepListener.NONE);
            for (int i = 0; i < 3; i++) {
                assertThat(out[i]).as(name).isCloseTo(point[i], org.assertj.core.api.Assertions.within(0.05f));
            }
        }
    }
}
