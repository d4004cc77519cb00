package org.ragdiff.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.attributes.llm.LlmAttributeExtractor;
import org.ragdiff.retrieval.attributes.llm.LlmOptions;
import org.ragdiff.retrieval.attributes.llm.TokenPrices;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import picocli.CommandLine.Option;

/** Options of what reads attributes off photos. There is none for a key: command lines are seen by others. */
public final class ExtractorOptions {
    /** What reads them. */
    enum Source {
        /** The head trained along with the structure encoder. */
        HEAD,
        /** A language model, and the head where it fails. */
        LLM,
        /** Nothing: all are unknown. */
        NONE
    }

    @Option(
            names = "--attribute-extractor",
            paramLabel = "head|llm|none",
            defaultValue = "HEAD",
            description = "What reads attributes off photos: the trained head, a language model that photos are sent"
                    + " to, or nothing (default: head).")
    private Source source;

    @Option(
            names = "--llm-url",
            paramLabel = "URL",
            description = "Base URL of an OpenAI-compatible server (default: environment variable RAGDIFF_LLM_URL; a"
                    + " key is read from RAGDIFF_LLM_KEY alone).")
    private String url;

    @Option(
            names = "--llm-model",
            paramLabel = "NAME",
            description = "Multimodal model of that server (default: environment variable RAGDIFF_LLM_MODEL).")
    private String name;

    @Option(
            names = "--llm-cache",
            paramLabel = "DIR",
            description = "Folder that keeps answers, so that a photo is paid for once; made if missing.")
    private Path cache;

    @Option(
            names = "--llm-prices",
            paramLabel = "IN,OUT",
            description = "Prices of a million tokens sent and received, for the count of costs.")
    private String prices;

    /**
     * What was asked for.
     *
     * @param encoder whose head it is or falls back to; outlives the result
     * @throws BadInputException if an option or variable of the language model is missing or wrong
     * @throws IOException if the cache's folder cannot be made
     */
    public AttributeReading open(StructureNetEncoder encoder) throws IOException {
        if (source != Source.LLM && Stream.of(url, name, cache, prices).anyMatch(o -> o != null)) {
            throw new BadInputException("the options --llm-... go with --attribute-extractor llm");
        }
        TrainedAttributeExtractor head = new TrainedAttributeExtractor(encoder, ModelFolder.ATTRIBUTE_CONFIDENCE);
        if (source == Source.HEAD) {
            return AttributeReading.of("head", head);
        }
        if (source == Source.NONE) {
            return AttributeReading.none();
        }
        LlmOptions options = options(System.getenv());
        return AttributeReading.llm(
                head, fallback -> new LlmAttributeExtractor(options, Optional.ofNullable(cache), fallback));
    }

    private LlmOptions options(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        if (url != null) {
            all.put(LlmOptions.URL, url);
        }
        if (name != null) {
            all.put(LlmOptions.MODEL, name);
        }
        try {
            LlmOptions options = LlmOptions.fromEnvironment(all);
            return prices == null ? options : options.withPrices(prices());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
    }

    private TokenPrices prices() {
        String[] two = prices.split(",", -1);
        try {
            if (two.length == 2) {
                return new TokenPrices(Double.parseDouble(two[0].trim()), Double.parseDouble(two[1].trim()));
            }
        } catch (NumberFormatException e) {
            throw notTwoPrices(e);
        }
        throw notTwoPrices(null);
    }

    private BadInputException notTwoPrices(Throwable cause) {
        return new BadInputException(
                "--llm-prices are two numbers with a comma between, such as 2.5,10, got " + prices, cause);
    }
}
