package org.ragdiff.cli.ablate;

import java.util.List;

/**
 * Something that ablations vary, by name. Those of one's own are registered for {@link java.util.ServiceLoader} in
 * {@code META-INF/services/org.ragdiff.cli.ablate.AblationAxis}. Implementations are immutable.
 */
public interface AblationAxis {
    /** As configurations name it. */
    String name();

    /** The values that it knows; empty where values are numbers or paths. */
    List<String> values();

    /**
     * A variant with this axis' value.
     *
     * @throws IllegalArgumentException for a value that it does not take; the message says what it takes
     */
    Variant apply(Variant variant, String value);
}
