package org.ragdiff.retrieval.attributes.llm;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.RgbImage;

/** What the tests of the extractor have in common: a clock that stands, waits that are only noted, a fall-back. */
final class LlmFixture {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final ApiKey KEY = ApiKey.of("sk-test-0123456789-secret");

    /** What the fall-back says; no answer of a server in these tests. */
    static final GarmentAttributes HEAD = GarmentAttributes.of(Category.HAT);

    static final GarmentAttributes SHIRT =
            AnswerParser.parse(FakeChatServer.shirt()).attributes();

    /** Stands still unless a test moves it. */
    final AtomicReference<Instant> now = new AtomicReference<>(NOW);

    final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
    final List<RgbImage> fellBack = Collections.synchronizedList(new ArrayList<>());

    private final AttributeExtractor head = photos -> {
        fellBack.addAll(photos);
        return Collections.nCopies(photos.size(), HEAD);
    };

    static LlmOptions options(URI url) {
        return LlmOptions.of(url, "fake-vl", KEY).withTimeout(Duration.ofSeconds(30));
    }

    LlmAttributeExtractor extractor(LlmOptions options, Path cache) throws IOException {
        return new LlmAttributeExtractor(
                options, Optional.ofNullable(cache), head, new Timing(now::get, waits::add, () -> 0.5));
    }

    static RgbImage photo(long seed, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new SplittableRandom(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    static RgbImage photo() {
        return photo(7, 60, 80);
    }
}
