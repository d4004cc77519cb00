package org.ragdiff.cli.evaluate;

import java.util.Locale;

/** Constants as people read them. Stateless. */
final class Words {
    private Words() {}

    /** {@code LONG_SLEEVE} as {@code long sleeve}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
