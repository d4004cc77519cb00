package org.ragdiff.diffusion.sampler.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.sampler.DdpmOptions.Variance;
import org.ragdiff.diffusion.sampler.DpmAlgorithm;
import org.ragdiff.diffusion.sampler.DpmSolverType;
import org.ragdiff.diffusion.sampler.FlowSigmas.TimeShift;
import org.ragdiff.diffusion.sampler.SigmaSpacing;
import org.ragdiff.diffusion.sampler.UniPcOptions.Basis;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** diffusers' words for choices. Where several mean the same, the first is written. */
final class Names {
    static final Map<String, PredictionType> PREDICTION = of(
            "epsilon", PredictionType.EPSILON,
            "v_prediction", PredictionType.V,
            "sample", PredictionType.SAMPLE,
            "original_sample", PredictionType.SAMPLE,
            "flow_prediction", PredictionType.FLOW);
    static final Map<String, BetaSchedule> BETAS = of(
            "linear", BetaSchedule.LINEAR,
            "scaled_linear", BetaSchedule.SCALED_LINEAR,
            "squaredcos_cap_v2", BetaSchedule.SQUAREDCOS_CAP_V2,
            "sigmoid", BetaSchedule.SIGMOID,
            "exp", BetaSchedule.EXP,
            "laplace", BetaSchedule.LAPLACE);
    static final Map<String, TimestepSpacing> SPACING = of(
            "leading", TimestepSpacing.LEADING,
            "trailing", TimestepSpacing.TRAILING,
            "linspace", TimestepSpacing.LINSPACE);
    static final Map<String, Variance> VARIANCE = of(
            "fixed_small", Variance.FIXED_SMALL,
            "fixed_small_log", Variance.FIXED_SMALL_LOG,
            "fixed_large", Variance.FIXED_LARGE,
            "fixed_large_log", Variance.FIXED_LARGE_LOG);
    static final Map<String, Boolean> FINAL_SIGMA = of("zero", true, "sigma_min", false);
    /** Solvers read each other's files: what they do not know becomes their default. */
    static final Map<String, DpmAlgorithm> ALGORITHM = of(
            "dpmsolver++", DpmAlgorithm.DPMSOLVER_PLUS_PLUS,
            "dpmsolver", DpmAlgorithm.DPMSOLVER,
            "sde-dpmsolver++", DpmAlgorithm.SDE_DPMSOLVER_PLUS_PLUS,
            "sde-dpmsolver", DpmAlgorithm.SDE_DPMSOLVER,
            "deis", DpmAlgorithm.DPMSOLVER_PLUS_PLUS);

    static final Map<String, DpmSolverType> SOLVER_TYPE = of(
            "midpoint", DpmSolverType.MIDPOINT,
            "heun", DpmSolverType.HEUN,
            "logrho", DpmSolverType.MIDPOINT,
            "bh1", DpmSolverType.MIDPOINT,
            "bh2", DpmSolverType.MIDPOINT);
    static final Map<String, Basis> BASIS =
            of("bh2", Basis.BH2, "bh1", Basis.BH1, "midpoint", Basis.BH2, "heun", Basis.BH2, "logrho", Basis.BH2);
    static final Map<String, Boolean> DEIS_TYPE =
            of("logrho", true, "midpoint", true, "heun", true, "bh1", true, "bh2", true);
    static final Map<String, Boolean> DEIS_ALGORITHM = of("deis", true, "dpmsolver", true, "dpmsolver++", true);
    static final Map<String, TimeShift> TIME_SHIFT =
            of("exponential", TimeShift.EXPONENTIAL, "linear", TimeShift.LINEAR);
    static final Map<String, SigmaSpacing> EDM_SCHEDULE =
            of("karras", SigmaSpacing.KARRAS, "exponential", SigmaSpacing.EXPONENTIAL);
    static final Map<String, Boolean> LOG_LINEAR = of("linear", false, "log_linear", true);
    static final Map<String, Boolean> CONTINUOUS = of("discrete", false, "continuous", true);

    private Names() {}

    @SuppressWarnings("unchecked")
    private static <E> Map<String, E> of(Object... keysAndValues) {
        Map<String, E> m = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            m.put((String) keysAndValues[i], (E) keysAndValues[i + 1]);
        }
        return m;
    }

    /** The first name of a value. */
    static <E> String of(Map<String, E> names, E value) {
        return names.entrySet().stream()
                .filter(e -> e.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("diffusers has no name for " + value));
    }
}
