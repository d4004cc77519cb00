package org.ragdiff.retrieval.attributes.llm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.GarmentAttributes.Closure;
import org.ragdiff.core.GarmentAttributes.Fit;
import org.ragdiff.core.GarmentAttributes.Length;
import org.ragdiff.core.GarmentAttributes.Neckline;
import org.ragdiff.core.GarmentAttributes.Sleeve;

/** Attributes as the words of prompt, schema and cache: {@code T_SHIRT} is {@code t-shirt}. Stateless. */
final class AttributeWords {
    /** Names of the fields, in the order of {@link GarmentAttributes#values()}. */
    static final List<String> FIELDS = List.of("category", "sleeve", "neckline", "length", "closure", "fit");

    private AttributeWords() {}

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The word of each field. */
    static Map<String, String> of(GarmentAttributes attributes) {
        Map<String, String> words = new LinkedHashMap<>();
        for (int i = 0; i < FIELDS.size(); i++) {
            words.put(FIELDS.get(i), word(attributes.values().get(i)));
        }
        return words;
    }

    /**
     * The attributes that words name.
     *
     * @param words word of a field; empty or unknown to the field makes it UNKNOWN
     */
    static GarmentAttributes parse(Function<String, Optional<String>> words) {
        return new GarmentAttributes(
                value(Category.values(), words.apply("category")),
                value(Sleeve.values(), words.apply("sleeve")),
                value(Neckline.values(), words.apply("neckline")),
                value(Length.values(), words.apply("length")),
                value(Closure.values(), words.apply("closure")),
                value(Fit.values(), words.apply("fit")));
    }

    private static <E extends Enum<E>> E value(E[] known, Optional<String> word) {
        for (E e : known) {
            if (word.isPresent() && word(e).equals(word.get())) {
                return e;
            }
        }
        return known[0];
    }
}
