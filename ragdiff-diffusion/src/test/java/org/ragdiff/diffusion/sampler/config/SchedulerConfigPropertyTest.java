package org.ragdiff.diffusion.sampler.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random legal settings of every class of diffusers: what is written as JSON text is read back equal. */
class SchedulerConfigPropertyTest {
    private static final int RUNS = 200;

    static Set<String> classes() {
        return SchedulerConfig.classNames();
    }

    @ParameterizedTest
    @MethodSource("classes")
    void whatIsWrittenIsReadBack(String className) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (int seed = 0; seed < RUNS; seed++) {
            SchedulerConfig config = new RandomSchedulers(seed).config(className);
            JsonNode json = mapper.readTree(mapper.writeValueAsString(config.toJson()));
            assertThat(json.get("_class_name").asText()).isEqualTo(className);
            assertThat(SchedulerConfig.of(json)).as("seed %d, %s", seed, json).isEqualTo(config);
        }
    }
}
