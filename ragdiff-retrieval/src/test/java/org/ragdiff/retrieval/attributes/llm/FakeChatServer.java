package org.ragdiff.retrieval.attributes.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A chat server on this machine that answers as a test tells it, and remembers what it was asked. */
final class FakeChatServer implements AutoCloseable {
    static {
        // So that tests which look for secrets in the log see all of it.
        System.setProperty("org.slf4j.simpleLogger.log.dev.langchain4j", "trace");
    }

    static final ObjectMapper JSON = new ObjectMapper();

    /** A request as it came. */
    record Request(String method, String path, String authorization, JsonNode body) {
        /** The picture that was sent. */
        byte[] picture() {
            String url = body.at("/messages/1/content/1/image_url/url").textValue();
            return Base64.getDecoder().decode(url.substring("data:image/jpeg;base64,".length()));
        }
    }

    /** Answers the request of a number, the first is 0. */
    interface Behaviour {
        void answer(int number, Request request, HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger number = new AtomicInteger();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    FakeChatServer(Behaviour behaviour) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                Request request = new Request(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        JSON.readTree(exchange.getRequestBody()));
                requests.add(request);
                behaviour.answer(number.getAndIncrement(), request, exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    /** Always the same content of the model's message. */
    static FakeChatServer saying(String content) throws IOException {
        return new FakeChatServer((n, request, exchange) -> reply(exchange, 200, completion(content)));
    }

    /** An answer that is as it should be. */
    static String shirt() {
        return "{\"category\":\"t-shirt\",\"sleeve\":\"short\",\"neckline\":\"crew\",\"length\":\"hip\","
                + "\"closure\":\"none\",\"fit\":\"regular\"}";
    }

    /** A chat completion of 100 tokens in and 20 out. */
    static String completion(String content) {
        return write(Map.of(
                "id",
                "c-1",
                "object",
                "chat.completion",
                "created",
                1,
                "model",
                "fake",
                "choices",
                List.of(Map.of(
                        "index",
                        0,
                        "finish_reason",
                        "stop",
                        "message",
                        Map.of("role", "assistant", "content", content))),
                "usage",
                Map.of("prompt_tokens", 100, "completion_tokens", 20, "total_tokens", 120)));
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Blocks until the server is closed. */
    void hang() throws InterruptedException {
        closed.await();
    }

    /** With {@code /v1} at its end. */
    URI baseUrl() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/v1");
    }

    /** In the order in which they came. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
