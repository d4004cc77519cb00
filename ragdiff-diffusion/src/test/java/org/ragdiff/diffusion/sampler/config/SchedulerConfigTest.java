package org.ragdiff.diffusion.sampler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.diffusion.sampler.DdimOptions;
import org.ragdiff.diffusion.sampler.DeisOptions;
import org.ragdiff.diffusion.sampler.DpmSinglestepOptions;
import org.ragdiff.diffusion.sampler.PndmOptions;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** diffusers' own configurations, of every case of the fixture, there and back. */
class SchedulerConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    static Stream<Arguments> cases() {
        JsonNode all = FixtureTensors.json(SchedulerConfigTest.class, "/fixtures/schedulers/cases.json")
                .get("cases");
        return StreamSupport.stream(all.spliterator(), false)
                .map(c -> Arguments.of(
                        c.get("scheduler").asText() + "/" + c.get("name").asText(), c));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void whatIsWrittenIsReadAgain(String label, JsonNode c) throws IOException {
        SchedulerConfig config = SchedulerConfig.of(c.get("scheduler").asText(), c.get("config"));
        Path file = folder.resolve("scheduler_config.json");
        config.write(file);
        assertThat(SchedulerConfig.read(file)).isEqualTo(config);
        // What is written does not differ from what diffusers had.
        config.toJson().fields().forEachRemaining(e -> {
            JsonNode theirs = c.get("config").get(e.getKey());
            boolean overruled = e.getKey().equals("clip_sample")
                    && c.at("/config/thresholding").asBoolean();
            if (overruled) {
                return;
            }
            if (!e.getKey().startsWith("_") && theirs != null && theirs.isNumber()) {
                assertThat(e.getValue().asDouble()).as(e.getKey()).isEqualTo(theirs.asDouble());
            } else if (!e.getKey().startsWith("_") && theirs != null && !theirs.isNull()) {
                assertThat(e.getValue()).as(e.getKey()).isEqualTo(theirs);
            }
        });
        // Given and effective configurations mean the same: defaults are those of the class.
        SchedulerConfig given = SchedulerConfig.of(c.get("scheduler").asText(), c.get("config_given"));
        if (given.options() instanceof DpmSinglestepOptions o) {
            // diffusers changes this setting itself when a run ends at zero.
            given = given.withOptions(o.withLowerOrderFinal(true));
            config = config.withOptions(((DpmSinglestepOptions) config.options()).withLowerOrderFinal(true));
        }
        assertThat(given).isEqualTo(config);
    }

    @Test
    void aPublishedFileIsRead() throws IOException {
        SchedulerConfig c = read(
                """
                {"_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012,
                 "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000,
                 "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null,
                 "clip_sample": false}""");
        assertThat(c.options()).isEqualTo(new PndmOptions(TimestepSpacing.LEADING, 1, true, false));
        assertThat(c.sampler().name()).isEqualTo("PNDMScheduler");
    }

    @Test
    void trainedBetasAreUsed() throws IOException {
        SchedulerConfig c = read(
                """
                {"_class_name": "DDIMScheduler", "num_train_timesteps": 2, "trained_betas": [0.25, 0.5]}""");
        assertThat(c.process().schedule().alphasCumprod()).containsExactly(0.75, 0.375);
        assertThat(c.toJson().get("trained_betas")).hasSize(2);
    }

    @Test
    void whatIsNotOfferedIsNamed() {
        assertThatThrownBy(() -> read("{\"_class_name\": \"MagicScheduler\"}"))
                .hasMessageContaining("MagicScheduler")
                .hasMessageContaining("DDIMScheduler");
        assertThatThrownBy(() -> read("{}")).hasMessageContaining("absent");
        assertThatThrownBy(() -> read("{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"cubic\"}"))
                .hasMessageContaining("scaled_linear");
        assertThatThrownBy(() -> read("{\"_class_name\": \"DDIMScheduler\", \"clip_sample\": 1}"))
                .hasMessageContaining("true or false");
        assertThatThrownBy(() -> read("{\"_class_name\": \"DDIMScheduler\", \"clip_smaple\": true}"))
                .hasMessageContaining("unknown key clip_smaple");
        assertThatThrownBy(() -> read("{\"_class_name\": \"DDPMScheduler\", \"variance_type\": \"learned_range\"}"))
                .hasMessageContaining("fixed_small");
        assertThatThrownBy(() -> read(
                        "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"variance_type\": \"learned_range\"}"))
                .hasMessageContaining("variance");
        assertThatThrownBy(() -> read("{\"_class_name\": \"EulerDiscreteScheduler\", \"use_karras_sigmas\": true, "
                        + "\"use_beta_sigmas\": true}"))
                .hasMessageContaining("only one");
        assertThatThrownBy(() -> read("{\"_class_name\": \"DDIMScheduler\", \"num_train_timesteps\": 1e12}"))
                .hasMessageContaining("num_train_timesteps");
        assertThatThrownBy(() -> read("[1]")).hasMessageContaining("absent");
    }

    @Test
    void whatDiffusersCannotSayIsNotWritten() {
        SchedulerConfig c = new SchedulerConfig(DeisOptions.defaults(), ScheduleConfig.defaults(), List.of());
        assertThatThrownBy(c::toJson).hasMessageContaining("end at zero");
        SchedulerConfig ddim = c.withOptions(DdimOptions.defaults());
        assertThat(ddim.toJson().get("_class_name").asText()).isEqualTo("DDIMScheduler");
        assertThat(ddim.toJson().get("prediction_type").asText()).isEqualTo("v_prediction");
    }

    @Test
    void everyNamedSamplerButSomeCanBeWritten() {
        for (String name : Samplers.names()) {
            ScheduleConfig training = name.startsWith("flow")
                    ? TrainingKeys.FLOW
                    : name.startsWith("edm") || name.equals("consistency")
                            ? TrainingKeys.EDM
                            : ScheduleConfig.defaults();
            SchedulerConfig c = new SchedulerConfig(Samplers.options(name), training, List.of());
            boolean inexpressible = name.startsWith("deis") || name.matches("(sde-)?dpm(pp)?[23]s");
            if (!inexpressible) {
                JsonNode json = c.toJson();
                assertThat(SchedulerConfig.of(json).training()).isEqualTo(training);
            }
        }
    }

    private SchedulerConfig read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("scheduler_config.json"), text);
        return SchedulerConfig.read(file);
    }
}
