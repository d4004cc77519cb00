package org.ragdiff.cli.generate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.GarmentAttributes;

/** Attributes as words: {@code category=t-shirt,sleeve=short}; what is not named is unknown. Stateless. */
final class AttributeText {
    private static final List<String> NAMES = List.of("category", "sleeve", "neckline", "length", "closure", "fit");

    private AttributeText() {}

    /**
     * @throws BadInputException for a name or value that does not exist, with those that do
     */
    static GarmentAttributes parse(String text) {
        Map<String, String> given = new HashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? "" : part.substring(0, equals).trim().toLowerCase(Locale.ROOT);
            if (!NAMES.contains(name)) {
                throw new BadInputException("--attributes has \"" + part.trim() + "\", expected NAME=VALUE with a name"
                        + " of " + NAMES + ", such as category=dress,sleeve=long");
            }
            if (given.put(name, part.substring(equals + 1).trim()) != null) {
                throw new BadInputException("--attributes names " + name + " twice");
            }
        }
        return new GarmentAttributes(
                value(given, "category", GarmentAttributes.Category.values()),
                value(given, "sleeve", GarmentAttributes.Sleeve.values()),
                value(given, "neckline", GarmentAttributes.Neckline.values()),
                value(given, "length", GarmentAttributes.Length.values()),
                value(given, "closure", GarmentAttributes.Closure.values()),
                value(given, "fit", GarmentAttributes.Fit.values()));
    }

    private static <E extends Enum<E>> E value(Map<String, String> given, String name, E[] known) {
        String text = given.get(name);
        if (text == null) {
            return known[0];
        }
        for (E e : known) {
            if (word(e).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return e;
            }
        }
        throw new BadInputException("--attributes has " + name + "=" + text + ", expected one of "
                + Arrays.stream(known).map(AttributeText::word).collect(Collectors.joining(", ")));
    }

    /** The constant as it is written on the command line and in JSON. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The fields by name, also the unknown ones. */
    static Map<String, String> words(GarmentAttributes a) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("category", word(a.category()));
        out.put("sleeve", word(a.sleeve()));
        out.put("neckline", word(a.neckline()));
        out.put("length", word(a.length()));
        out.put("closure", word(a.closure()));
        out.put("fit", word(a.fit()));
        return out;
    }
}
