package org.ragdiff.retrieval.attributes.llm;

/**
 * What an extractor has done so far.
 *
 * @param requests sent, retries included
 * @param retries requests sent again
 * @param answers of the model that could be used
 * @param cacheHits photos answered from the cache
 * @param fallbacks photos left to the fall-back
 * @param warnings fields of answers that the schema does not know, or that were missing
 * @param inputTokens as the server counted them
 * @param outputTokens as the server counted them
 * @param uncounted replies for which the server gave no counts
 * @param cost by the prices of the options
 */
public record LlmUsage(
        long requests,
        long retries,
        long answers,
        long cacheHits,
        long fallbacks,
        long warnings,
        long inputTokens,
        long outputTokens,
        long uncounted,
        double cost) {}
