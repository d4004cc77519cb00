package org.ragdiff.retrieval.attributes.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.Concurrently;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ImageLimits;

class LlmAttributeExtractorTest {
    private final LlmFixture fixture = new LlmFixture();

    @TempDir
    Path cache;

    @Test
    void oneRequestHoldsKeyPromptPictureAndSchema() throws Exception {
        try (FakeChatServer server = FakeChatServer.saying(FakeChatServer.shirt())) {
            assertThat(fixture.extractor(LlmFixture.options(server.baseUrl()), null)
                            .extract(List.of(LlmFixture.photo(1, 1200, 600))))
                    .containsExactly(LlmFixture.SHIRT);
            assertThat(server.requests()).hasSize(1);
            FakeChatServer.Request request = server.requests().get(0);
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/v1/chat/completions");
            assertThat(request.authorization()).isEqualTo("Bearer sk-test-0123456789-secret");
            JsonNode body = request.body();
            assertThat(body.get("model").textValue()).isEqualTo("fake-vl");
            assertThat(body.get("temperature").doubleValue()).isZero();
            assertThat(body.get("max_tokens").intValue()).isEqualTo(300);
            assertThat(body.at("/messages/0/role").textValue()).isEqualTo("system");
            assertThat(body.at("/messages/0/content").textValue())
                    .isEqualTo(AttributePrompt.current().instructions());
            assertThat(body.at("/response_format/type").textValue()).isEqualTo("json_schema");
            assertThat(body.at("/response_format/json_schema/strict").booleanValue())
                    .isTrue();
            assertThat(body.at("/response_format/json_schema/schema"))
                    .isEqualTo(FakeChatServer.JSON.readTree(
                            AttributePrompt.current().schema()));
            RgbImage sent = ImageFiles.read(request.picture(), "sent", ImageLimits.defaults());
            assertThat(List.of(sent.width(), sent.height())).containsExactly(512, 256);
        }
    }

    @Test
    void withoutKeyNoHeader() throws Exception {
        try (FakeChatServer server = FakeChatServer.saying(FakeChatServer.shirt())) {
            fixture.extractor(LlmOptions.of(server.baseUrl(), "m", ApiKey.NONE), null)
                    .extract(List.of(LlmFixture.photo()));
            assertThat(server.requests().get(0).authorization()).isNull();
        }
    }

    @Test
    void tokensAndCostsAreCounted() throws Exception {
        try (FakeChatServer server = FakeChatServer.saying(FakeChatServer.shirt())) {
            LlmAttributeExtractor extractor =
                    fixture.extractor(LlmFixture.options(server.baseUrl()).withPrices(new TokenPrices(2.5, 10)), null);
            extractor.extract(List.of(LlmFixture.photo(1, 9, 9), LlmFixture.photo(2, 9, 9)));
            LlmUsage usage = extractor.usage();
            assertThat(usage.inputTokens()).isEqualTo(200);
            assertThat(usage.outputTokens()).isEqualTo(40);
            // 200 × 2.5 and 40 × 10 for a million.
            assertThat(usage.cost()).isCloseTo(0.0009, offset(1e-12));
            assertThat(List.of(usage.requests(), usage.answers(), usage.retries(), usage.fallbacks()))
                    .containsExactly(2L, 2L, 0L, 0L);
        }
    }

    @Test
    void aPhotoIsAskedOnceWhereThereIsACache() throws Exception {
        try (FakeChatServer server = FakeChatServer.saying(FakeChatServer.shirt())) {
            LlmOptions options = LlmFixture.options(server.baseUrl());
            fixture.extractor(options, cache).extract(List.of(LlmFixture.photo()));
            LlmAttributeExtractor second = fixture.extractor(options, cache);
            assertThat(second.extract(List.of(LlmFixture.photo()))).containsExactly(LlmFixture.SHIRT);
            assertThat(server.requests()).hasSize(1);
            assertThat(second.usage().cacheHits()).isEqualTo(1);
            assertThat(second.usage().cost()).isZero();
            // Another photo and another model are other questions.
            second.extract(List.of(LlmFixture.photo(8, 60, 80)));
            fixture.extractor(LlmOptions.of(server.baseUrl(), "other", ApiKey.NONE), cache)
                    .extract(List.of(LlmFixture.photo()));
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void failuresAreNotCached() throws Exception {
        try (FakeChatServer server = new FakeChatServer((n, request, exchange) -> FakeChatServer.reply(
                exchange, 200, n == 0 ? "{}" : FakeChatServer.completion(FakeChatServer.shirt())))) {
            LlmAttributeExtractor extractor = fixture.extractor(LlmFixture.options(server.baseUrl()), cache);
            assertThat(extractor.extract(List.of(LlmFixture.photo()))).containsExactly(LlmFixture.HEAD);
            assertThat(extractor.extract(List.of(LlmFixture.photo()))).containsExactly(LlmFixture.SHIRT);
        }
    }

    @Test
    void neverMoreRequestsAtATimeThanAllowed() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (FakeChatServer server = new FakeChatServer((n, request, exchange) -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            three.countDown();
            boolean met = three.await(30, TimeUnit.SECONDS);
            // Before the answer: the next request may come as soon as it is there.
            inFlight.decrementAndGet();
            FakeChatServer.reply(exchange, met ? 200 : 500, FakeChatServer.completion(FakeChatServer.shirt()));
        })) {
            LlmAttributeExtractor extractor =
                    fixture.extractor(LlmFixture.options(server.baseUrl()).withConcurrency(3), null);
            Concurrently.run(
                    4,
                    4,
                    i -> extractor.extract(List.of(
                            LlmFixture.photo(3 * i, 9, 9),
                            LlmFixture.photo(3 * i + 1, 9, 9),
                            LlmFixture.photo(3 * i + 2, 9, 9))));
            assertThat(most.get()).isEqualTo(3);
            assertThat(server.requests()).hasSize(12);
            assertThat(extractor.usage().answers()).isEqualTo(12);
        }
    }

    @Test
    void aPhotoThatIsBeingAskedForIsNotSentAgain() throws Exception {
        CountDownLatch allAsked = new CountDownLatch(1);
        RgbImage photo = LlmFixture.photo();
        try (FakeChatServer server = new FakeChatServer((n, request, exchange) -> {
            allAsked.await(30, TimeUnit.SECONDS);
            FakeChatServer.reply(exchange, 200, FakeChatServer.completion(FakeChatServer.shirt()));
        })) {
            LlmAttributeExtractor extractor = fixture.extractor(LlmFixture.options(server.baseUrl()), null);
            // Each photo of the list is handed over as the list is read; reading its end lets the server answer.
            List<RgbImage> photos = new AbstractList<>() {
                @Override
                public RgbImage get(int i) {
                    if (i == 3) {
                        allAsked.countDown();
                    }
                    return photo;
                }

                @Override
                public int size() {
                    return 4;
                }
            };
            assertThat(extractor.extract(photos)).isEqualTo(Collections.nCopies(4, LlmFixture.SHIRT));
            assertThat(server.requests().size()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        try (FakeChatServer server = new FakeChatServer((n, request, exchange) -> {
            came.countDown();
            closing.await();
        })) {
            LlmAttributeExtractor extractor = fixture.extractor(LlmFixture.options(server.baseUrl()), null);
            Thread waiting = Thread.currentThread();
            new Thread(() -> {
                        try {
                            came.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        waiting.interrupt();
                    })
                    .start();
            assertThatThrownBy(() -> extractor.extract(List.of(LlmFixture.photo())))
                    .isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
            closing.countDown();
        }
    }

    @Test
    void provenanceNamesModelAndPrompt() throws Exception {
        assertThat(fixture.extractor(LlmFixture.options(URI.create("http://localhost:1/v1")), null)
                        .provenance())
                .containsOnlyKeys("extractor", "model", "prompt")
                .containsEntry("extractor", "llm")
                .containsEntry("model", "fake-vl")
                .containsEntry("prompt", AttributePrompt.current().label());
    }
}
