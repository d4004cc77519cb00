package org.ragdiff.retrieval.attributes.llm;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.AttributeExtractorContract;
import org.ragdiff.core.GarmentAttributes.Category;

/** With a model whose answer depends on the picture it was sent. */
class LlmAttributeExtractorContractTest extends AttributeExtractorContract {
    private static FakeChatServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new FakeChatServer((n, request, exchange) -> {
            int hash = Math.floorMod(Arrays.hashCode(request.picture()), Category.values().length);
            String content = FakeChatServer.shirt().replace("t-shirt", AttributeWords.word(Category.values()[hash]));
            FakeChatServer.reply(exchange, 200, FakeChatServer.completion(content));
        });
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected AttributeExtractor extractor() throws Exception {
        return new LlmFixture().extractor(LlmFixture.options(server.baseUrl()), null);
    }
}
