package org.ragdiff.retrieval.attributes.llm;

import dev.langchain4j.model.output.TokenUsage;
import java.util.concurrent.atomic.LongAdder;

/** Counts what an extractor does. Thread-safe. */
final class UsageCounter {
    final LongAdder requests = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder answers = new LongAdder();
    final LongAdder cacheHits = new LongAdder();
    final LongAdder fallbacks = new LongAdder();
    final LongAdder warnings = new LongAdder();
    private final LongAdder inputTokens = new LongAdder();
    private final LongAdder outputTokens = new LongAdder();
    private final LongAdder uncounted = new LongAdder();

    /** @param usage of one reply; null, or lacking counts, where the server gave none */
    void tokens(TokenUsage usage) {
        if (usage == null || usage.inputTokenCount() == null || usage.outputTokenCount() == null) {
            uncounted.increment();
            return;
        }
        inputTokens.add(Math.max(0, usage.inputTokenCount()));
        outputTokens.add(Math.max(0, usage.outputTokenCount()));
    }

    LlmUsage at(TokenPrices prices) {
        long in = inputTokens.sum();
        long out = outputTokens.sum();
        return new LlmUsage(
                requests.sum(),
                retries.sum(),
                answers.sum(),
                cacheHits.sum(),
                fallbacks.sum(),
                warnings.sum(),
                in,
                out,
                uncounted.sum(),
                prices.cost(in, out));
    }
}
