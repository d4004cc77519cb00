package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ragdiff.diffusion.sampler.Sampler;
import org.ragdiff.diffusion.sampler.SamplerOptions;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.TrainedProcess;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;

/**
 * A {@code scheduler_config.json} of diffusers: a sampler's settings and what the model was trained with. Reading
 * is strict: a value that is not offered is an error that says what is, and so is a key that no scheduler has; keys
 * of other schedulers, which such files often carry, are ignored. Immutable.
 *
 * @param options of the sampler
 * @param training of the model
 * @param trainedBetas βₜ in place of a named schedule, or empty; copied
 */
public record SchedulerConfig(SamplerOptions options, ScheduleConfig training, List<Double> trainedBetas) {
    private static final int LARGEST_FILE = 32 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final Map<String, SchedulerCodec<?>> CODECS = codecs();
    /** Keys of diffusers' schedulers that change nothing for those that do not read them. */
    private static final Set<String> OF_OTHERS = Set.of(
            "algorithm_type",
            "base_image_seq_len",
            "base_shift",
            "beta_end",
            "beta_schedule",
            "beta_start",
            "clip_denoised",
            "clip_sample",
            "clip_sample_range",
            "disable_corrector",
            "dynamic_thresholding_ratio",
            "euler_at_final",
            "final_sigmas_type",
            "flow_shift",
            "interpolation_type",
            "invert_sigmas",
            "lambda_min_clipped",
            "lower_order_final",
            "max_image_seq_len",
            "max_shift",
            "original_inference_steps",
            "predict_x0",
            "prediction_type",
            "rescale_betas_zero_snr",
            "rho",
            "s_noise",
            "sample_max_value",
            "set_alpha_to_one",
            "shift",
            "shift_terminal",
            "sigma_data",
            "sigma_max",
            "sigma_min",
            "sigma_schedule",
            "skip_prk_steps",
            "solver_order",
            "solver_p",
            "solver_type",
            "steps_offset",
            "stochastic_sampling",
            "thresholding",
            "time_shift_type",
            "timestep_scaling",
            "timestep_spacing",
            "timestep_type",
            "trained_betas",
            "use_beta_sigmas",
            "use_dynamic_shifting",
            "use_exponential_sigmas",
            "use_flow_sigmas",
            "use_karras_sigmas",
            "use_lu_lambdas",
            "variance_type");

    public SchedulerConfig {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(training, "training");
        trainedBetas = List.copyOf(trainedBetas);
        if (!trainedBetas.isEmpty() && trainedBetas.size() != training.numTrainTimesteps()) {
            throw new IllegalArgumentException(trainedBetas.size() + " trained_betas for num_train_timesteps "
                    + training.numTrainTimesteps() + "; expected as many");
        }
    }

    private static Map<String, SchedulerCodec<?>> codecs() {
        Map<String, SchedulerCodec<?>> m = new LinkedHashMap<>();
        m.put("DDPMScheduler", new DdpmCodec());
        m.put("DDIMScheduler", new DdimCodec());
        m.put("PNDMScheduler", new PndmCodec());
        m.put("EulerDiscreteScheduler", new EulerCodec());
        m.put("EulerAncestralDiscreteScheduler", new EulerAncestralCodec());
        m.put("HeunDiscreteScheduler", new HeunCodec());
        m.put("LMSDiscreteScheduler", new LmsCodec());
        m.put("KDPM2DiscreteScheduler", new Kdpm2Codec());
        m.put("KDPM2AncestralDiscreteScheduler", new Kdpm2AncestralCodec());
        m.put("DPMSolverMultistepScheduler", new DpmSolverCodec());
        m.put("DPMSolverSinglestepScheduler", new DpmSinglestepCodec());
        m.put("UniPCMultistepScheduler", new UniPcCodec());
        m.put("DEISMultistepScheduler", new DeisCodec());
        m.put("LCMScheduler", new LcmCodec());
        m.put("TCDScheduler", new TcdCodec());
        m.put("FlowMatchEulerDiscreteScheduler", new FlowMatchCodec());
        m.put("FlowMatchHeunDiscreteScheduler", new FlowHeunCodec());
        m.put("EDMEulerScheduler", new EdmCodec());
        m.put("EDMDPMSolverMultistepScheduler", new EdmDpmCodec());
        m.put("CMStochasticIterativeScheduler", new ConsistencyCodec());
        m.put("UnCLIPScheduler", new UnclipCodec());
        m.put("DDIMInverseScheduler", new DdimInverseCodec());
        m.put("DPMSolverMultistepInverseScheduler", new DpmSolverInverseCodec());
        return m;
    }

    /** The classes of diffusers that can be read. */
    public static Set<String> classNames() {
        return Collections.unmodifiableSet(CODECS.keySet());
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read or is not JSON
     * @throws IllegalArgumentException if it holds what is not offered; the message names the file
     */
    public static SchedulerConfig read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new IOException(file + " has " + Files.size(file) + " bytes, more than a configuration can have");
        }
        try {
            return of(JSON.readTree(file.toFile()));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** Reads a configuration that says its {@code _class_name}. */
    public static SchedulerConfig of(JsonNode config) {
        return of(config.path("_class_name").asText(), config);
    }

    /** Reads a configuration of a class. */
    public static SchedulerConfig of(String className, JsonNode config) {
        SchedulerCodec<?> codec = CODECS.get(className);
        if (codec == null) {
            throw new IllegalArgumentException("_class_name is " + (className.isEmpty() ? "absent" : className)
                    + ", expected one of " + String.join(", ", CODECS.keySet()));
        }
        ConfigReader in = new ConfigReader(config);
        ScheduleConfig training = TrainingKeys.read(in, codec.trainingDefaults());
        List<Double> betas = training.betaSchedule() == BetaSchedule.NONE ? List.of() : in.numbers("trained_betas");
        SamplerOptions options = codec.read(in);
        in.finish(OF_OTHERS);
        return new SchedulerConfig(options, training, betas);
    }

    /** As diffusers reads it. */
    public ObjectNode toJson() {
        ObjectNode out = JSON.createObjectNode();
        out.put("_class_name", options.className());
        TrainingKeys.write(training, trainedBetas, out);
        write(CODECS.get(options.className()), out);
        return out;
    }

    @SuppressWarnings("unchecked")
    private <O extends SamplerOptions> void write(SchedulerCodec<O> codec, ObjectNode out) {
        codec.write((O) options, out);
    }

    /**
     * Writes a file, by renaming a finished temporary one.
     *
     * @throws IllegalArgumentException if diffusers' class cannot express the settings
     */
    public void write(Path file) throws IOException {
        byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(toJson());
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, text);
        Files.move(temporary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the model was trained with, its table included. */
    public TrainedProcess process() {
        if (trainedBetas.isEmpty()) {
            return TrainedProcess.of(training);
        }
        NoiseSchedule schedule = NoiseSchedule.ofBetas(
                trainedBetas.stream().mapToDouble(Double::doubleValue).toArray());
        return new TrainedProcess(training, training.rescaleBetasZeroSnr() ? schedule.withZeroTerminalSnr() : schedule);
    }

    public Sampler sampler() {
        return Samplers.of(options, process());
    }

    public SchedulerConfig withOptions(SamplerOptions other) {
        return new SchedulerConfig(other, training, trainedBetas);
    }
}
