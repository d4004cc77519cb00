package org.ragdiff.diffusion.sampler.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.sampler.Churn;
import org.ragdiff.diffusion.sampler.Clipping;
import org.ragdiff.diffusion.sampler.ConsistencyOptions;
import org.ragdiff.diffusion.sampler.DdimInverseOptions;
import org.ragdiff.diffusion.sampler.DdimOptions;
import org.ragdiff.diffusion.sampler.DdpmOptions;
import org.ragdiff.diffusion.sampler.DeisOptions;
import org.ragdiff.diffusion.sampler.DpmAlgorithm;
import org.ragdiff.diffusion.sampler.DpmSinglestepOptions;
import org.ragdiff.diffusion.sampler.DpmSolverInverseOptions;
import org.ragdiff.diffusion.sampler.DpmSolverOptions;
import org.ragdiff.diffusion.sampler.DpmSolverType;
import org.ragdiff.diffusion.sampler.EdmDpmOptions;
import org.ragdiff.diffusion.sampler.EdmOptions;
import org.ragdiff.diffusion.sampler.EulerAncestralOptions;
import org.ragdiff.diffusion.sampler.EulerOptions;
import org.ragdiff.diffusion.sampler.FlowHeunOptions;
import org.ragdiff.diffusion.sampler.FlowMatchOptions;
import org.ragdiff.diffusion.sampler.FlowSigmas;
import org.ragdiff.diffusion.sampler.HeunOptions;
import org.ragdiff.diffusion.sampler.Kdpm2AncestralOptions;
import org.ragdiff.diffusion.sampler.Kdpm2Options;
import org.ragdiff.diffusion.sampler.LcmOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;
import org.ragdiff.diffusion.sampler.LmsOptions;
import org.ragdiff.diffusion.sampler.PndmOptions;
import org.ragdiff.diffusion.sampler.SamplerOptions;
import org.ragdiff.diffusion.sampler.SigmaSpacing;
import org.ragdiff.diffusion.sampler.TcdOptions;
import org.ragdiff.diffusion.sampler.UnclipOptions;
import org.ragdiff.diffusion.sampler.UniPcOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** Legal scheduler configurations that diffusers can express, a function of the generator. */
final class RandomSchedulers {
    private final SplittableRandom random;

    RandomSchedulers(long seed) {
        random = new SplittableRandom(seed);
    }

    private boolean coin() {
        return random.nextBoolean();
    }

    private <E extends Enum<E>> E one(Class<E> of) {
        E[] all = of.getEnumConstants();
        return all[random.nextInt(all.length)];
    }

    SchedulerConfig config(String className) {
        SamplerOptions options = options(className);
        if (className.startsWith("FlowMatch")) {
            return new SchedulerConfig(options, training(true, PredictionType.FLOW), List.of());
        }
        if (className.startsWith("EDM") || className.startsWith("CM")) {
            PredictionType type = className.startsWith("EDM") && coin() ? PredictionType.V : PredictionType.EPSILON;
            return new SchedulerConfig(options, training(true, type), List.of());
        }
        PredictionType type = PredictionType.values()[random.nextInt(3)];
        ScheduleConfig training = training(false, type);
        List<Double> betas = new ArrayList<>();
        if (training.numTrainTimesteps() < 20 && coin()) {
            for (int i = 0; i < training.numTrainTimesteps(); i++) {
                betas.add(random.nextDouble(1e-6, 0.5));
            }
        }
        return new SchedulerConfig(options, training, betas);
    }

    private ScheduleConfig training(boolean continuous, PredictionType type) {
        int steps = coin() ? random.nextInt(2, 20) : random.nextInt(20, 5000);
        if (continuous) {
            return ScheduleConfig.continuous(steps, type);
        }
        double start = random.nextDouble(1e-6, 0.1);
        BetaSchedule[] kinds = BetaSchedule.values();
        return new ScheduleConfig(
                steps,
                start,
                random.nextDouble(start, 0.9),
                kinds[random.nextInt(kinds.length - 1)],
                coin() && type != PredictionType.FLOW,
                type);
    }

    private SamplerOptions options(String className) {
        int order = random.nextInt(1, 4);
        TimestepSpacing spacing = one(TimestepSpacing.class);
        int offset = random.nextInt(4);
        return switch (className) {
            case "DDPMScheduler" -> new DdpmOptions(spacing, offset, one(DdpmOptions.Variance.class), clipping());
            case "DDIMScheduler" -> new DdimOptions(spacing, offset, coin(), 0, clipping(), false);
            case "PNDMScheduler" -> new PndmOptions(spacing, offset, coin(), coin());
            case "EulerDiscreteScheduler" -> new EulerOptions(range(ended(levels())), coin(), coin(), Churn.NONE);
            case "EulerAncestralDiscreteScheduler" -> new EulerAncestralOptions(steps());
            case "HeunDiscreteScheduler" -> new HeunOptions(levels(), clamp());
            case "LMSDiscreteScheduler" -> LmsOptions.defaults().withLevels(levels());
            case "KDPM2DiscreteScheduler" -> new Kdpm2Options(levels());
            case "KDPM2AncestralDiscreteScheduler" -> new Kdpm2AncestralOptions(levels());
            case "DPMSolverMultistepScheduler" -> multistep(order, lambda(flow(ended(levels()))));
            case "DPMSolverMultistepInverseScheduler" -> {
                DpmSolverOptions s = multistep(order, lambda(levels()).withEndAtZero(false));
                yield new DpmSolverInverseOptions(
                        s.algorithm().name().startsWith("SDE") ? s.withAlgorithm(DpmAlgorithm.DPMSOLVER) : s);
            }
            case "DPMSolverSinglestepScheduler" -> singlestep(order);
            case "UniPCMultistepScheduler" -> unipc();
            case "DEISMultistepScheduler" ->
                new DeisOptions(flow(levels()).withEndAtZero(false), order, coin(), threshold());
            case "LCMScheduler" -> new LcmOptions(random.nextInt(1, 100), random.nextDouble(0.1, 100), clipping());
            case "TCDScheduler" -> TcdOptions.defaults().withOriginalSteps(random.nextInt(1, 100));
            case "FlowMatchEulerDiscreteScheduler" -> {
                SigmaSpacing s = one(SigmaSpacing.class);
                yield new FlowMatchOptions(flowSigmas(), s == SigmaSpacing.LU ? SigmaSpacing.BETA : s, coin(), coin());
            }
            case "FlowMatchHeunDiscreteScheduler" ->
                new FlowHeunOptions(FlowSigmas.shifted(random.nextDouble(0.1, 10)));
            case "EDMEulerScheduler" -> edm();
            case "EDMDPMSolverMultistepScheduler" -> {
                DpmSolverOptions s = multistep(order, LevelOptions.defaults().withEndAtZero(false));
                DpmAlgorithm a = coin() ? DpmAlgorithm.DPMSOLVER_PLUS_PLUS : DpmAlgorithm.SDE_DPMSOLVER_PLUS_PLUS;
                yield new EdmDpmOptions(edm(), s.withAlgorithm(a));
            }
            case "CMStochasticIterativeScheduler" ->
                new ConsistencyOptions(
                        random.nextDouble(1e-4, 0.1),
                        random.nextDouble(1, 100),
                        random.nextDouble(0.1, 2),
                        random.nextDouble(1, 10),
                        random.nextDouble(0, 2),
                        coin() ? Clipping.NONE : Clipping.to(1));
            case "UnCLIPScheduler" -> new UnclipOptions(clamp());
            case "DDIMInverseScheduler" ->
                new DdimInverseOptions(
                        coin() ? TimestepSpacing.LEADING : TimestepSpacing.TRAILING, offset, coin(), clamp());
            default -> throw new AssertionError("no random settings of " + className);
        };
    }

    private Clipping clamp() {
        return coin() ? Clipping.NONE : Clipping.to(random.nextDouble(0.1, 5));
    }

    private Clipping threshold() {
        return coin() ? Clipping.NONE : Clipping.dynamic(random.nextDouble(0.1, 1), random.nextDouble(1, 5));
    }

    private Clipping clipping() {
        return coin() ? clamp() : threshold();
    }

    private LevelOptions steps() {
        return LevelOptions.defaults().withTimestepSpacing(one(TimestepSpacing.class), random.nextInt(4));
    }

    private LevelOptions levels() {
        return steps().withSigmaSpacing(one(SigmaSpacing.class));
    }

    private LevelOptions ended(LevelOptions levels) {
        return levels.withEndAtZero(coin());
    }

    private LevelOptions range(LevelOptions levels) {
        return coin() ? levels : levels.withSigmaRange(random.nextDouble(1e-4, 0.1), random.nextDouble(1, 100));
    }

    private LevelOptions lambda(LevelOptions levels) {
        return coin() ? levels : levels.withLambdaMin(random.nextDouble(-10, 0));
    }

    private LevelOptions flow(LevelOptions levels) {
        return coin() ? levels : levels.withFlow(flowSigmas());
    }

    private FlowSigmas flowSigmas() {
        return new FlowSigmas(
                true,
                random.nextDouble(0.1, 10),
                one(FlowSigmas.TimeShift.class),
                coin() ? 0 : random.nextDouble(0.01, 0.9));
    }

    private DpmSolverOptions multistep(int order, LevelOptions levels) {
        DpmAlgorithm algorithm = algorithm(levels);
        return new DpmSolverOptions(
                levels,
                algorithm == DpmAlgorithm.SDE_DPMSOLVER ? Math.min(order, 2) : order,
                algorithm,
                one(DpmSolverType.class),
                coin(),
                coin(),
                threshold());
    }

    private DpmAlgorithm algorithm(LevelOptions levels) {
        DpmAlgorithm a = one(DpmAlgorithm.class);
        return a == DpmAlgorithm.SDE_DPMSOLVER && levels.endAtZero() ? DpmAlgorithm.DPMSOLVER : a;
    }

    private DpmSinglestepOptions singlestep(int order) {
        LevelOptions levels = lambda(flow(ended(levels().withTimestepSpacing(TimestepSpacing.LINSPACE, 0))));
        DpmAlgorithm algorithm = algorithm(levels);
        return new DpmSinglestepOptions(
                levels,
                algorithm == DpmAlgorithm.SDE_DPMSOLVER ? Math.min(order, 2) : order,
                algorithm,
                one(DpmSolverType.class),
                coin(),
                threshold());
    }

    private UniPcOptions unipc() {
        Set<Integer> disabled = new LinkedHashSet<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            disabled.add(random.nextInt(10));
        }
        return new UniPcOptions(
                range(flow(ended(levels()))),
                random.nextInt(1, 10),
                one(UniPcOptions.Basis.class),
                coin(),
                coin(),
                disabled,
                threshold());
    }

    private EdmOptions edm() {
        return new EdmOptions(
                random.nextDouble(1e-4, 0.1),
                random.nextDouble(1, 100),
                random.nextDouble(0.1, 2),
                coin() ? SigmaSpacing.KARRAS : SigmaSpacing.EXPONENTIAL,
                random.nextDouble(1, 10),
                coin(),
                Churn.NONE);
    }
}
