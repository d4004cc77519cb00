package org.ragdiff.retrieval.attributes.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key is sent to the server and is found nowhere else, though the server repeats it wherever it can. */
class LlmSecretsTest {
    /** Part of the key: a masked one must not be found either. */
    private static final String SECRET = "0123456789";

    @TempDir
    Path cache;

    private static final List<FakeChatServer.Behaviour> ECHOES = List.of(
            (n, request, exchange) ->
                    FakeChatServer.reply(exchange, 401, "{\"error\":\"wrong key " + request.authorization() + "\"}"),
            (n, request, exchange) -> {
                exchange.getResponseHeaders().set("Retry-After", request.authorization());
                exchange.getResponseHeaders().set("X-Key", request.authorization());
                FakeChatServer.reply(exchange, 429, request.authorization());
            },
            (n, request, exchange) -> FakeChatServer.reply(exchange, 200, request.authorization()),
            (n, request, exchange) ->
                    FakeChatServer.reply(exchange, 200, "{\"choices\":" + request.authorization() + "}"),
            (n, request, exchange) -> FakeChatServer.reply(
                    exchange,
                    200,
                    "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"refusal\":\"" + request.authorization()
                            + "\"}}]}"),
            (n, request, exchange) -> say(exchange, request.authorization()),
            (n, request, exchange) -> say(exchange, "{\"category\":\"" + request.authorization() + "\"}"),
            (n, request, exchange) ->
                    say(exchange, FakeChatServer.shirt().replace("}", ",\"" + request.authorization() + "\":1}")));

    private static void say(HttpExchange exchange, String content) throws IOException {
        FakeChatServer.reply(exchange, 200, FakeChatServer.completion(content));
    }

    @Test
    void neitherLogNorCacheNorProvenanceHoldsTheKey() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        List<String> said = new ArrayList<>();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            for (int i = 0; i < ECHOES.size(); i++) {
                try (FakeChatServer server = new FakeChatServer(ECHOES.get(i))) {
                    LlmOptions options = LlmFixture.options(server.baseUrl());
                    LlmAttributeExtractor extractor = new LlmFixture().extractor(options, cache);
                    said.add(extractor
                            .extract(List.of(LlmFixture.photo(i, 20, 20)))
                            .toString());
                    said.add(extractor.provenance().toString());
                    said.add(extractor.usage().toString());
                    said.add(options.toString());
                    // Nothing else was tested if the server had not been given the key.
                    assertThat(server.requests().get(0).authorization()).contains(SECRET);
                }
            }
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("falling back")
                .doesNotContain(SECRET);
        assertThat(said).noneMatch(s -> s.contains(SECRET));
        try (Stream<Path> files = Files.walk(cache)) {
            List<Path> entries = files.filter(Files::isRegularFile).toList();
            assertThat(entries).hasSize(2);
            for (Path entry : entries) {
                assertThat(Files.readString(entry)).doesNotContain(SECRET);
            }
        }
    }

    @Test
    void exceptionsDoNotRepeatIt() {
        List<Throwable> all = List.of(
                catchThrowable(() -> ApiKey.of("sk " + SECRET)),
                catchThrowable(() -> ApiKey.of("sk\r\nX-Other: " + SECRET)),
                catchThrowable(() -> LlmOptions.fromEnvironment(Map.of(LlmOptions.URL, "http://a b/" + SECRET))),
                catchThrowable(() -> LlmOptions.fromEnvironment(
                        Map.of(LlmOptions.URL, "http://h/v1", LlmOptions.KEY, "sk-" + SECRET))),
                catchThrowable(() -> LlmOptions.of(URI.create("http://user:" + SECRET + "@h/v1"), "m", ApiKey.NONE)),
                catchThrowable(() -> LlmOptions.of(URI.create("http://h/v1?key=" + SECRET), "m", ApiKey.NONE)));
        for (Throwable t : all) {
            StringWriter trace = new StringWriter();
            t.printStackTrace(new PrintWriter(trace, true));
            assertThat(t).isInstanceOf(IllegalArgumentException.class);
            assertThat(trace.toString()).doesNotContain(SECRET);
        }
    }
}
