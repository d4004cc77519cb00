package org.ragdiff.core.tensor.onednn;

/** What Java 22 and newer offer: loops in vectors on off-heap memory, where the module that has them was added. */
final class NewerJdk {
    /** {@code off}: as if there were no newer JDK. */
    static final String PROPERTY = "ragdiff.vector";

    private static final VectorPasses PASSES = find();

    private NewerJdk() {}

    /** Passes in vectors, or null without {@code --add-modules jdk.incubator.vector}. */
    static VectorPasses passes() {
        return PASSES;
    }

    private static VectorPasses find() {
        boolean off = "off".equalsIgnoreCase(System.getProperty(PROPERTY));
        boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return off || !there ? null : new VectorApiPasses(CpuEngine.threads());
    }
}
