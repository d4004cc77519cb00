package org.ragdiff.retrieval.attributes.llm;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Which language model is asked, and how. Immutable; {@code toString} hides the key.
 *
 * @param baseUrl of the server, such as {@code http://localhost:8000/v1}: http or https, a host, no user, query or
 *     fragment
 * @param model name by which the server knows it, 1 to 200 printable characters
 * @param key may be {@link ApiKey#NONE}
 * @param timeout of one request with its answer, above zero
 * @param concurrency most requests at a time, over all threads, 1 to 64
 * @param retry of failed requests
 * @param picture bounds of what is sent
 * @param maxResponseBytes of an answer's body, at least 1024; larger ones are not read
 * @param maxAnswerTokens that the model may write, at least 16
 * @param prices for the count of costs
 */
public record LlmOptions(
        URI baseUrl,
        String model,
        ApiKey key,
        Duration timeout,
        int concurrency,
        RetryPolicy retry,
        PictureLimits picture,
        int maxResponseBytes,
        int maxAnswerTokens,
        TokenPrices prices) {
    /** Environment variable of the base URL. */
    public static final String URL = "RAGDIFF_LLM_URL";
    /** Environment variable of the model's name. */
    public static final String MODEL = "RAGDIFF_LLM_MODEL";
    /** Environment variable of the key. */
    public static final String KEY = "RAGDIFF_LLM_KEY";

    public LlmOptions {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(prices, "prices");
        check(baseUrl);
        if (model.isBlank() || model.length() > 200 || model.chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw new IllegalArgumentException("the language model's name must be 1 to 200 printable characters");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be above zero, got " + timeout);
        }
        if (concurrency < 1 || concurrency > 64) {
            throw new IllegalArgumentException("concurrency must be in [1, 64], got " + concurrency);
        }
        if (maxResponseBytes < 1024 || maxAnswerTokens < 16) {
            throw new IllegalArgumentException("expected at least 1024 bytes a response and 16 tokens an answer, got "
                    + maxResponseBytes + " and " + maxAnswerTokens);
        }
    }

    /** What a URL may hide, such as a password, is not repeated. */
    private static void check(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || url.getHost() == null) {
            throw new IllegalArgumentException("the language model's URL must begin with http:// or https:// and name"
                    + " a host, such as http://localhost:8000/v1");
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("the language model's URL must hold no user, query or fragment; a key"
                    + " belongs in the environment variable " + KEY);
        }
    }

    /** 60 s a request, 4 at a time, 64 KiB a response, 300 tokens an answer, no prices. */
    public static LlmOptions of(URI baseUrl, String model, ApiKey key) {
        return new LlmOptions(
                baseUrl,
                model,
                key,
                Duration.ofSeconds(60),
                4,
                RetryPolicy.defaults(),
                PictureLimits.defaults(),
                64 << 10,
                300,
                TokenPrices.FREE);
    }

    /**
     * From {@value #URL}, {@value #MODEL} and, where the server asks for one, {@value #KEY}.
     *
     * @throws IllegalArgumentException naming the variable that is missing or wrong; never repeats the key
     */
    public static LlmOptions fromEnvironment(Map<String, String> environment) {
        URI url;
        try {
            url = URI.create(required(environment, URL));
        } catch (IllegalArgumentException e) {
            // The cause would repeat the text.
            throw new IllegalArgumentException(
                    URL + " is missing or no URL; set it to one such as http://localhost:8000/v1");
        }
        return of(url, required(environment, MODEL), ApiKey.of(environment.get(KEY)));
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the environment variable " + name
                    + " is not set; the language model needs " + URL + ", " + MODEL + " and, where it asks for one, "
                    + KEY);
        }
        return value.strip();
    }

    /** Whether the key leaves this machine in the clear. */
    boolean showsKey() {
        String host = baseUrl.getHost();
        boolean here = host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.startsWith("127.");
        return key.isPresent() && baseUrl.getScheme().equalsIgnoreCase("http") && !here;
    }

    public LlmOptions withTimeout(Duration t) {
        return new LlmOptions(
                baseUrl, model, key, t, concurrency, retry, picture, maxResponseBytes, maxAnswerTokens, prices);
    }

    public LlmOptions withConcurrency(int n) {
        return new LlmOptions(
                baseUrl, model, key, timeout, n, retry, picture, maxResponseBytes, maxAnswerTokens, prices);
    }

    public LlmOptions withRetry(RetryPolicy r) {
        return new LlmOptions(
                baseUrl, model, key, timeout, concurrency, r, picture, maxResponseBytes, maxAnswerTokens, prices);
    }

    public LlmOptions withPicture(PictureLimits p) {
        return new LlmOptions(
                baseUrl, model, key, timeout, concurrency, retry, p, maxResponseBytes, maxAnswerTokens, prices);
    }

    public LlmOptions withMaxResponseBytes(int bytes) {
        return new LlmOptions(
                baseUrl, model, key, timeout, concurrency, retry, picture, bytes, maxAnswerTokens, prices);
    }

    public LlmOptions withPrices(TokenPrices p) {
        return new LlmOptions(
                baseUrl, model, key, timeout, concurrency, retry, picture, maxResponseBytes, maxAnswerTokens, p);
    }
}
