package org.ragdiff.bench;

import java.util.function.Supplier;

/**
 * A row whose sides take turns in one process.
 *
 * @param name what is measured, such as {@code conv3x3}
 * @param params size and precision, such as {@code sd15 320->320 64x64 f32}
 * @param work of one computation
 * @param effort how it is measured
 * @param quick whether a quick run has it
 * @param open makes the case, without doing any work yet
 */
public record CaseSpec(String name, String params, Work work, Effort effort, boolean quick, Supplier<PairedCase> open)
        implements RowSpec {
    /** How often a case is run. */
    public enum Effort {
        /** Up to about 100 ms each. */
        SHORT,
        /** Up to about a second. */
        LONG,
        /** Many seconds. */
        VERY_LONG
    }

    public CaseSpec {
        if (name.isBlank() || name.contains("/") || params.contains("/")) {
            throw new IllegalArgumentException("names of cases have no slash, got " + name + ", " + params);
        }
    }
}
