package org.ragdiff.core.tensor.onednn;

/**
 * What the running JDK offers beyond Java 17: nothing. The jar's layer for Java 22 and newer
 * ({@code src/main/java22}) has a class of this name that offers more.
 */
final class NewerJdk {
    /** {@code off}: as if there were no newer JDK. */
    static final String PROPERTY = "ragdiff.vector";

    private NewerJdk() {}

    /** Passes in vectors, or null. */
    static VectorPasses passes() {
        return null;
    }
}
