package org.ragdiff.retrieval.attributes.llm;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * langchain4j's transport on the JDK's client: one deadline for the whole exchange, bodies bounded while they are
 * read, no redirects (they would carry the key elsewhere), Retry-After kept. Throws only {@link CallException}.
 * Thread-safe.
 */
final class LimitedHttpClient implements HttpClient {
    private final java.net.http.HttpClient client;
    private final Duration timeout;
    private final int maxResponseBytes;
    private final InstantSource clock;

    private LimitedHttpClient(Duration timeout, int maxResponseBytes, InstantSource clock) {
        this.timeout = timeout;
        this.maxResponseBytes = maxResponseBytes;
        this.clock = clock;
        client = java.net.http.HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** For langchain4j, whose own timeouts are then of no effect. */
    static HttpClientBuilder builder(Duration timeout, int maxResponseBytes, InstantSource clock) {
        return new Builder(timeout, maxResponseBytes, clock);
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        java.net.http.HttpRequest.Builder sent = java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
                .timeout(timeout)
                .method(request.method().name(), BodyPublishers.ofString(request.body()));
        request.headers().forEach((name, values) -> values.forEach(v -> sent.header(name, v)));
        HttpResponse<byte[]> response =
                await(client.sendAsync(sent.build(), information -> new BoundedBody(maxResponseBytes)));
        int status = response.statusCode();
        if (status < 200 || status > 299) {
            throw CallException.status(
                    status, RetryAfter.parse(response.headers().firstValue("Retry-After"), clock.instant()));
        }
        return SuccessfulHttpResponse.builder()
                .statusCode(status)
                .headers(response.headers().map())
                .body(new String(response.body(), StandardCharsets.UTF_8))
                .build();
    }

    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> exchange) {
        try {
            // The JDK's own timeout ends with the response's headers.
            return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw CallException.timeout(timeout);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for the language model");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private CallException failure(Throwable reason) {
        for (Throwable t = reason; t != null; t = t.getCause()) {
            if (t instanceof CallException ours) {
                return ours;
            }
        }
        return reason instanceof HttpTimeoutException
                ? CallException.timeout(timeout)
                : CallException.unreachable(reason);
    }

    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        throw new UnsupportedOperationException("answers are not streamed");
    }

    /** Takes the place of langchain4j's. */
    private static final class Builder implements HttpClientBuilder {
        private final Duration timeout;
        private final int maxResponseBytes;
        private final InstantSource clock;

        Builder(Duration timeout, int maxResponseBytes, InstantSource clock) {
            this.timeout = timeout;
            this.maxResponseBytes = maxResponseBytes;
            this.clock = clock;
        }

        @Override
        public Duration connectTimeout() {
            return timeout;
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration ignored) {
            return this;
        }

        @Override
        public Duration readTimeout() {
            return timeout;
        }

        @Override
        public HttpClientBuilder readTimeout(Duration ignored) {
            return this;
        }

        @Override
        public HttpClient build() {
            return new LimitedHttpClient(timeout, maxResponseBytes, clock);
        }
    }
}
