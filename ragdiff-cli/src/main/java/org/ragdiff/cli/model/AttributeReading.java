package org.ragdiff.cli.model;

import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.retrieval.attributes.llm.LlmAttributeExtractor;
import org.ragdiff.retrieval.attributes.llm.LlmUsage;

/** An extractor of attributes with what manifests and reports say of it. Thread-safe. */
public final class AttributeReading {
    private final AttributeExtractor extractor;
    private final Map<String, String> provenance;
    private final Optional<LlmAttributeExtractor> llm;
    private final Set<String> fellBack;

    private AttributeReading(
            AttributeExtractor extractor,
            Map<String, String> provenance,
            Optional<LlmAttributeExtractor> llm,
            Set<String> fellBack) {
        this.extractor = extractor;
        this.provenance = provenance;
        this.llm = llm;
        this.fellBack = fellBack;
    }

    /** Makes the extractor by language model. */
    @FunctionalInterface
    interface Maker {
        LlmAttributeExtractor make(AttributeExtractor fallback) throws IOException;
    }

    static AttributeReading of(String name, AttributeExtractor extractor) {
        return new AttributeReading(extractor, Map.of("extractor", name), Optional.empty(), Set.of());
    }

    /** Every attribute UNKNOWN. */
    static AttributeReading none() {
        return of("none", photos -> Collections.nCopies(photos.size(), GarmentAttributes.UNKNOWN));
    }

    static AttributeReading llm(AttributeExtractor head, Maker maker) throws IOException {
        Set<String> fellBack = ConcurrentHashMap.newKeySet();
        LlmAttributeExtractor llm = maker.make(photos -> {
            photos.forEach(p -> fellBack.add(hash(p)));
            return head.extract(photos);
        });
        return new AttributeReading(llm, llm.provenance(), Optional.of(llm), fellBack);
    }

    private static String hash(RgbImage photo) {
        return Sha256.of(photo.rgbUnsafe());
    }

    public AttributeExtractor extractor() {
        return extractor;
    }

    /**
     * What a photo's attributes came from: the extractor's name; of a language model also model, prompt and who
     * answered in the end.
     *
     * @param photo as the extractor saw it
     */
    public Map<String, String> of(RgbImage photo) {
        Map<String, String> all = new TreeMap<>(provenance);
        if (llm.isPresent()) {
            all.put("answeredBy", fellBack.contains(hash(photo)) ? "head" : "llm");
        }
        return all;
    }

    /** Of a language model. */
    public Optional<LlmUsage> usage() {
        return llm.map(LlmAttributeExtractor::usage);
    }

    /** A line on the language model's work, if there is one. */
    public Optional<String> summary() {
        return usage().map(u -> String.format(
                Locale.ROOT,
                "attributes by %s: %d requests, %d of them again, %d photos from the cache, %d left to the trained"
                        + " head, %d + %d tokens, cost %.6f",
                provenance.get("model"),
                u.requests(),
                u.retries(),
                u.cacheHits(),
                u.fallbacks(),
                u.inputTokens(),
                u.outputTokens(),
                u.cost()));
    }
}
