package org.ragdiff.diffusion.sampler;

import java.util.List;
import java.util.Locale;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** The samplers by name, for configuration files and the command line. */
public final class Samplers {
    private static final List<String> NAMES =
            List.of("ddim", "ddpm", "dpmpp2m", "dpmpp2m-karras", "dpmpp3m", "sde-dpmpp2m");

    private Samplers() {}

    public static List<String> names() {
        return NAMES;
    }

    /**
     * @param name one of {@link #names()}, in any case
     * @param config what the denoiser was trained with
     */
    public static Sampler named(String name, ScheduleConfig config) {
        NoiseSchedule schedule = NoiseSchedule.of(config);
        DdimOptions ddim = DdimOptions.defaults();
        DpmSolverOptions dpm = DpmSolverOptions.defaults();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "ddim" -> new DdimSampler(schedule, config.predictionType(), ddim);
            case "ddpm" -> new DdimSampler(schedule, config.predictionType(), ddim.withEta(1));
            case "dpmpp2m" -> new DpmSolverSampler(schedule, config.predictionType(), dpm);
            case "dpmpp2m-karras" ->
                new DpmSolverSampler(
                        schedule,
                        config.predictionType(),
                        dpm.withSpacing(dpm.timestepSpacing(), 0, DpmSolverOptions.SigmaSpacing.KARRAS));
            case "dpmpp3m" ->
                new DpmSolverSampler(schedule, config.predictionType(), dpm.withSolver(3, false, dpm.solverType()));
            case "sde-dpmpp2m" ->
                new DpmSolverSampler(schedule, config.predictionType(), dpm.withSolver(2, true, dpm.solverType()));
            default -> throw new IllegalArgumentException("unknown sampler " + name + ", expected one of " + NAMES);
        };
    }
}
