package org.ragdiff.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;

/** {@code --attribute-extractor} of commands, with a chat server on this machine. */
class AttributeExtractorTest {
    private static final String CONTENT = "{\\\"category\\\":\\\"dress\\\",\\\"sleeve\\\":\\\"long\\\","
            + "\\\"neckline\\\":\\\"v\\\",\\\"length\\\":\\\"knee\\\",\\\"closure\\\":\\\"zip\\\",\\\"fit\\\":\\\"flared\\\"}";
    private static final String COMPLETION = "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\""
            + CONTENT + "\"}}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}}";

    @TempDir
    static Path shared;

    private static ModelFiles model;

    @TempDir
    Path directory;

    private final AtomicInteger requests = new AtomicInteger();
    private volatile int status = 200;
    private HttpServer server;
    private Path photo;

    @BeforeAll
    static void writeModel() {
        model = TinyModel.write(shared.resolve("model"));
    }

    @BeforeEach
    void start() throws IOException {
        photo = Pictures.write(directory.resolve("photo.png"), Pictures.garment(90, 120, 20, 30, 50, 60));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            try (exchange) {
                requests.incrementAndGet();
                exchange.getRequestBody().readAllBytes();
                byte[] body = COMPLETION.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private CommandRun generate(String name, Object... more) {
        List<Object> words = new ArrayList<>(List.of("generate", "--image", photo, "--out", directory.resolve(name)));
        words.addAll(List.of("--model", model.directory(), "--steps", 1));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    private CommandRun llm(String name, Object... more) {
        List<Object> words = new ArrayList<>(List.of("--attribute-extractor", "llm", "--llm-model", "fake-vl"));
        words.addAll(
                List.of("--llm-url", "http://localhost:" + server.getAddress().getPort() + "/v1"));
        words.addAll(List.of(more));
        return generate(name, words.toArray());
    }

    private JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(directory.resolve(name).toFile());
    }

    @Test
    void aLanguageModelIsAskedOnceAndNamedInTheManifest() throws IOException {
        Path cache = directory.resolve("answers");
        CommandRun run = llm(
                        "a.png",
                        "--llm-cache",
                        cache,
                        "--llm-prices",
                        "2.5,10",
                        "--json",
                        directory.resolve("run.json"))
                .done();
        assertThat(run.out()).contains("attributes by fake-vl: 1 requests", "100 + 20 tokens", "cost 0.000450");
        assertThat(json("run.json").at("/llm/inputTokens").asInt()).isEqualTo(100);
        JsonNode manifest = json("a.json");
        assertThat(manifest.at("/attributes/category").asText()).isEqualTo("dress");
        assertThat(manifest.at("/attributes/fit").asText()).isEqualTo("flared");
        assertThat(manifest.at("/attributesFrom/extractor").asText()).isEqualTo("llm");
        assertThat(manifest.at("/attributesFrom/model").asText()).isEqualTo("fake-vl");
        assertThat(manifest.at("/attributesFrom/prompt").asText()).matches("v1-[0-9a-f]{12}");
        assertThat(manifest.at("/attributesFrom/answeredBy").asText()).isEqualTo("llm");

        assertThat(llm("b.png", "--llm-cache", cache).done().out()).contains("0 requests", "1 photos from the cache");
        assertThat(requests).hasValue(1);
        assertThat(Files.readString(directory.resolve("b.json")))
                .isEqualTo(Files.readString(directory.resolve("a.json")));
    }

    @Test
    void whereItFailsTheHeadAnswers() throws IOException {
        status = 401;
        assertThat(llm("a.png").done().out()).contains("1 left to the trained head");
        generate("b.png").done();
        assertThat(json("a.json").at("/attributesFrom/answeredBy").asText()).isEqualTo("head");
        assertThat(json("b.json").at("/attributesFrom/extractor").asText()).isEqualTo("head");
        assertThat(json("a.json").get("attributes")).isEqualTo(json("b.json").get("attributes"));
        assertThat(Files.readAllBytes(directory.resolve("a.png")))
                .isEqualTo(Files.readAllBytes(directory.resolve("b.png")));
    }

    @Test
    void nothingAndWhatIsGivenAskNobody() throws IOException {
        generate("a.png", "--attribute-extractor", "none").done();
        assertThat(json("a.json").get("attributes")).allMatch(v -> v.asText().equals("unknown"));
        assertThat(json("a.json").at("/attributesFrom/extractor").asText()).isEqualTo("none");
        llm("b.png", "--attributes", "category=shirt").done();
        assertThat(json("b.json").at("/attributesFrom/extractor").asText()).isEqualTo("given");
        assertThat(requests).hasValue(0);
    }

    @Test
    void aQueryOfTheDatabaseTakesItToo() throws IOException {
        Path answer = directory.resolve("answer.json");
        CommandRun run = CommandRun.of(
                        "index",
                        "query",
                        "--image",
                        photo,
                        "--model",
                        model.directory(),
                        "--json",
                        answer,
                        "--attribute-extractor",
                        "llm",
                        "--llm-model",
                        "fake-vl",
                        "--llm-url",
                        "http://localhost:" + server.getAddress().getPort() + "/v1")
                .done();
        assertThat(run.out()).contains("1 requests");
        assertThat(json("answer.json").at("/attributesFrom/answeredBy").asText())
                .isEqualTo("llm");
    }

    @Test
    void badOptionsAreOneLine() throws IOException {
        generate("a.png", "--llm-model", "m").refused("--attribute-extractor llm");
        generate("a.png", "--attribute-extractor", "llm", "--llm-model", "m", "--llm-url", "localhost:1")
                .refused("http://", "host");
        llm("a.png", "--llm-prices", "cheap").refused("--llm-prices", "cheap");
        llm("a.png", "--llm-prices", "-1,2").refused("prices");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(photo);
        }
    }
}
