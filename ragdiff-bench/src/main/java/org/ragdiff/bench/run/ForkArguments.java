package org.ragdiff.bench.run;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What a JVM that measures is started with. */
final class ForkArguments {
    private ForkArguments() {}

    /** @param threads of either side */
    static List<String> list(int threads) {
        List<String> jvm = new ArrayList<>(List.of(
                // The heap is there from the start, so that growth of resident memory is off the heap.
                "-Xms1g",
                "-Xmx3g",
                "-XX:+AlwaysPreTouch",
                "-XX:MaxDirectMemorySize=4g",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                // It follows the heap's limit otherwise.
                "-Dorg.bytedeco.javacpp.maxBytes=16g",
                "-Dorg.bytedeco.javacpp.logger=slf4j",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-D" + PairBenchmark.THREADS + "=" + threads));
        String home = System.getProperty("ragdiff.home");
        if (home != null) {
            jvm.add("-Dragdiff.home=" + home);
        }
        // Modules and access to memory that newer JDKs ask for.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("--"))
                .forEach(jvm::add);
        return jvm;
    }
}
