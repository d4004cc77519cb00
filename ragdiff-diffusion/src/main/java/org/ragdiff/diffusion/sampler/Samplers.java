package org.ragdiff.diffusion.sampler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/**
 * The samplers by name, for configuration files and the command line: short names, and the names of diffusers'
 * classes. Names of samplers that step between noise levels may end in {@code -karras}, {@code -exponential} or
 * {@code -beta}, which says where the levels lie.
 */
public final class Samplers {
    /** Solvers of the noise lose their way near pure noise, where cosine schedules begin; diffusers' advice. */
    private static final double SMALLEST_LOG_SNR = -5.1;

    private static final Map<String, SamplerOptions> NAMED = named();
    private static final Map<String, SigmaSpacing> SPACINGS = Map.of(
            "-karras", SigmaSpacing.KARRAS, "-exponential", SigmaSpacing.EXPONENTIAL, "-beta", SigmaSpacing.BETA);

    private Samplers() {}

    private static Map<String, SamplerOptions> named() {
        DpmSolverOptions dpm = DpmSolverOptions.defaults();
        DpmSinglestepOptions single = DpmSinglestepOptions.defaults();
        DpmSolverOptions onNoise = dpm.withLevels(LevelOptions.defaults().withLambdaMin(SMALLEST_LOG_SNR))
                .withAlgorithm(DpmAlgorithm.DPMSOLVER);
        DpmSinglestepOptions onNoise1 = single.withLevels(onNoise.levels()).withAlgorithm(DpmAlgorithm.DPMSOLVER);
        LevelOptions positive = onNoise.levels().withEndAtZero(false);
        Map<String, SamplerOptions> m = new LinkedHashMap<>();
        m.put("ddim", DdimOptions.defaults());
        m.put("ddpm", DdpmOptions.defaults());
        m.put("pndm", PndmOptions.defaults().withSkipPrkSteps(false));
        m.put("plms", PndmOptions.defaults());
        m.put("euler", EulerOptions.defaults());
        m.put("euler-a", EulerAncestralOptions.defaults());
        m.put("heun", HeunOptions.defaults());
        m.put("lms", LmsOptions.defaults());
        m.put("kdpm2", Kdpm2Options.defaults());
        m.put("kdpm2-a", Kdpm2AncestralOptions.defaults());
        m.put("dpmpp1", dpm.withSolverOrder(1));
        m.put("dpmpp2m", dpm);
        m.put("dpmpp3m", dpm.withSolverOrder(3));
        m.put("dpmpp2s", single);
        m.put("dpmpp3s", single.withSolverOrder(3));
        m.put("sde-dpmpp1", dpm.withSolverOrder(1).withAlgorithm(DpmAlgorithm.SDE_DPMSOLVER_PLUS_PLUS));
        m.put("sde-dpmpp2m", dpm.withAlgorithm(DpmAlgorithm.SDE_DPMSOLVER_PLUS_PLUS));
        m.put("sde-dpmpp3m", dpm.withSolverOrder(3).withAlgorithm(DpmAlgorithm.SDE_DPMSOLVER_PLUS_PLUS));
        m.put("sde-dpmpp2s", single.withAlgorithm(DpmAlgorithm.SDE_DPMSOLVER_PLUS_PLUS));
        m.put("dpm2m", onNoise);
        m.put("dpm3m", onNoise.withSolverOrder(3));
        m.put("dpm2s", onNoise1);
        m.put("dpm3s", onNoise1.withSolverOrder(3));
        m.put("sde-dpm2m", dpm.withLevels(positive).withAlgorithm(DpmAlgorithm.SDE_DPMSOLVER));
        m.put("unipc", UniPcOptions.defaults());
        m.put("unipc3", UniPcOptions.defaults().withSolverOrder(3));
        m.put("deis", DeisOptions.defaults());
        m.put("deis3", DeisOptions.defaults().withSolverOrder(3));
        m.put("lcm", LcmOptions.defaults());
        m.put("tcd", TcdOptions.defaults());
        m.put("flow-euler", FlowMatchOptions.defaults());
        m.put("flow-heun", FlowHeunOptions.defaults());
        m.put("edm-euler", EdmOptions.defaults());
        m.put("edm-dpmpp2m", EdmDpmOptions.defaults());
        m.put("consistency", ConsistencyOptions.defaults());
        m.put("unclip", UnclipOptions.defaults());
        return m;
    }

    /** The short names, without endings. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /** The names of diffusers' classes. */
    public static List<String> classNames() {
        return NAMED.values().stream().map(SamplerOptions::className).distinct().toList();
    }

    /**
     * Settings by name.
     *
     * @param name one of {@link #names()} or {@link #classNames()}, in any case, perhaps with an ending
     * @throws IllegalArgumentException if there is none of that name; the message lists what there is
     */
    public static SamplerOptions options(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        SamplerOptions found = find(key);
        for (Map.Entry<String, SigmaSpacing> e : SPACINGS.entrySet()) {
            if (found == null && key.endsWith(e.getKey())) {
                SamplerOptions base =
                        find(key.substring(0, key.length() - e.getKey().length()));
                if (base instanceof LeveledOptions l) {
                    found = l.withLevels(l.levels().withSigmaSpacing(e.getValue()));
                }
            }
        }
        if (found == null) {
            List<String> provided = ProvidedSamplers.names();
            throw new IllegalArgumentException("unknown sampler " + name + ", expected one of "
                    + String.join(", ", names())
                    + (provided.isEmpty() ? "" : ", one of those provided, " + String.join(", ", provided))
                    + ", one from euler to deis3 with -karras, -exponential or -beta behind it, or "
                    + "a class of diffusers: " + String.join(", ", classNames()));
        }
        return found;
    }

    private static SamplerOptions find(String key) {
        if (NAMED.containsKey(key)) {
            return NAMED.get(key);
        }
        for (SamplerOptions o : NAMED.values()) {
            String simple = o.className().toLowerCase(Locale.ROOT);
            if (key.equals(simple) || key.equals(simple.replace("scheduler", ""))) {
                return o;
            }
        }
        return null;
    }

    /**
     * Checks a name for {@link #named}.
     *
     * @throws IllegalArgumentException if there is none of that name (the message lists what there is), or if a
     *     provider's name is malformed or taken
     */
    public static void require(String name) {
        if (ProvidedSamplers.find(name.toLowerCase(Locale.ROOT)) == null) {
            options(name);
        }
    }

    static boolean isBuiltIn(String name) {
        return find(name) != null || SPACINGS.keySet().stream().anyMatch(name::endsWith);
    }

    /**
     * @param name see {@link #options}, or that of a {@link SamplerProvider}
     * @param config what the denoiser was trained with
     */
    public static Sampler named(String name, ScheduleConfig config) {
        SamplerProvider provider = ProvidedSamplers.find(name.toLowerCase(Locale.ROOT));
        if (provider != null) {
            return new ProvidedSampler(provider, TrainedProcess.of(config));
        }
        return new ConfiguredSampler(
                name.toLowerCase(Locale.ROOT), fitted(options(name), config), TrainedProcess.of(config));
    }

    public static Sampler of(SamplerOptions options, TrainedProcess process) {
        String name = NAMED.entrySet().stream()
                .filter(e -> e.getValue().equals(options))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(options.className());
        return new ConfiguredSampler(name, options, process);
    }

    /** A model that predicts flow is sampled on flow levels by the solvers that can. */
    private static SamplerOptions fitted(SamplerOptions options, ScheduleConfig config) {
        boolean solver = options instanceof DpmSolverOptions
                || options instanceof DpmSinglestepOptions
                || options instanceof UniPcOptions
                || options instanceof DeisOptions;
        if (solver && config.predictionType() == PredictionType.FLOW) {
            LeveledOptions l = (LeveledOptions) options;
            return l.withLevels(l.levels().withFlow(FlowSigmas.shifted(1)));
        }
        return options;
    }
}
