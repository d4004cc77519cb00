package org.ragdiff.core.tensor;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How much memory outside of Java's heap this process has taken: ND4J's arrays, which only ND4J counts, memory taken
 * through JavaCPP (pools, plans, packed weights), and direct buffers of Java. Mapped files are not part of it, nor is
 * what native libraries take for themselves. Thread-safe.
 */
public final class OffHeapMemory {
    private static final String DIRECT = "direct";

    private static volatile boolean nd4jIsLoaded;

    private OffHeapMemory() {}

    /** Bytes held at the moment; arrays and buffers that wait for the garbage collector included. */
    public static long bytes() {
        return Pointer.totalBytes() + nd4j() + direct();
    }

    /** Asking ND4J would load it, which takes seconds. */
    private static long nd4j() {
        if (!nd4jIsLoaded) {
            nd4jIsLoaded =
                    Loader.getLoadedLibraries().keySet().stream().anyMatch(library -> library.startsWith("jnind4j"));
        }
        // Sic: ND4J's counter of the bytes of a device, 0 being the processor.
        return nd4jIsLoaded ? Nd4j.getEnvironment().getDeviceCouner(0) : 0;
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals(DIRECT))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
