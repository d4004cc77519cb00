package org.ragdiff.retrieval.attributes.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlmOptionsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "RAGDIFF_LLM_URL", "http://localhost:8000/v1",
            "RAGDIFF_LLM_MODEL", "qwen",
            "RAGDIFF_LLM_KEY", "k");

    @Test
    void theEnvironmentNamesServerModelAndKey() {
        LlmOptions options = LlmOptions.fromEnvironment(ENVIRONMENT);
        assertThat(options.baseUrl()).isEqualTo(URI.create("http://localhost:8000/v1"));
        assertThat(options.model()).isEqualTo("qwen");
        assertThat(options.key().reveal()).isEqualTo("k");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RAGDIFF_LLM_URL", "RAGDIFF_LLM_MODEL"})
    void whatIsMissingIsNamed(String name) {
        Map<String, String> less = new HashMap<>(ENVIRONMENT);
        less.remove(name);
        assertThatThrownBy(() -> LlmOptions.fromEnvironment(less)).hasMessageContaining(name);
    }

    @Test
    void aKeyIsOptional() {
        Map<String, String> less = new HashMap<>(ENVIRONMENT);
        less.put("RAGDIFF_LLM_KEY", " ");
        assertThat(LlmOptions.fromEnvironment(less).key().isPresent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h/v1", "localhost:8000", "/v1", "http:/v1", "http://u@h/v1", "http://h/v1#x"})
    void otherUrlsAreRefused(String url) {
        assertThatThrownBy(() -> LlmOptions.of(URI.create(url), "m", ApiKey.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:1/v1, false",
        "http://127.0.0.1/v1, false",
        "http://[::1]:8/v1, false",
        "https://api.example.org/v1, false",
        "http://api.example.org/v1, true",
        "HTTP://10.0.0.7/v1, true"
    })
    void keysInTheClearAreNoticed(URI url, boolean shown) {
        assertThat(LlmOptions.of(url, "m", LlmFixture.KEY).showsKey()).isEqualTo(shown);
        assertThat(LlmOptions.of(url, "m", ApiKey.NONE).showsKey()).isFalse();
    }

    /** Exponential back-off with equal jitter: w/2 + u·w/2 with w = min(30 s, 2^(n-1) s). */
    @ParameterizedTest
    @CsvSource({"1, 0, 500", "1, 0.5, 750", "2, 0, 1000", "5, 0.5, 12000", "6, 0, 15000", "9, 0.5, 22500"})
    void waitsGrowUpToTheLongest(int failures, double jitter, long millis) {
        RetryPolicy policy = new RetryPolicy(10, Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(policy.delay(failures, Optional.empty(), jitter)).contains(Duration.ofMillis(millis));
    }

    @Test
    void theServersWishIsKeptWithinBounds() {
        RetryPolicy policy = RetryPolicy.defaults();
        assertThat(policy.delay(1, Optional.of(Duration.ofSeconds(30)), 0)).contains(Duration.ofSeconds(30));
        assertThat(policy.delay(1, Optional.of(Duration.ZERO), 0)).contains(Duration.ofMillis(500));
        assertThat(policy.delay(1, Optional.of(Duration.ofSeconds(31)), 0)).isEmpty();
        assertThat(policy.delay(4, Optional.empty(), 0)).isEmpty();
    }

    /** The date is the example of RFC 9110, section 5.6.7. */
    @Test
    void retryAfterIsSecondsOrADate() {
        Instant now = Instant.parse("1994-11-06T08:49:30Z");
        assertThat(RetryAfter.parse(Optional.of("120"), now)).contains(Duration.ofSeconds(120));
        assertThat(RetryAfter.parse(Optional.of("Sun, 06 Nov 1994 08:49:37 GMT"), now))
                .contains(Duration.ofSeconds(7));
        assertThat(RetryAfter.parse(Optional.of("Sun, 06 Nov 1994 08:49:27 GMT"), now))
                .contains(Duration.ZERO);
        assertThat(RetryAfter.parse(Optional.of("-1"), now)).isEmpty();
        assertThat(RetryAfter.parse(Optional.of("99999999999999999999"), now)).isEmpty();
        assertThat(RetryAfter.parse(Optional.of("soon"), now)).isEmpty();
        assertThat(RetryAfter.parse(Optional.empty(), now)).isEmpty();
    }
}
