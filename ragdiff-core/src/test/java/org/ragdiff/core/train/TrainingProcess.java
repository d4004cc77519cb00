package org.ragdiff.core.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.OffHeapMemory;

/** A JVM of its own that trains {@link TinyObjective}; it can be killed, and its memory is its own. */
final class TrainingProcess {
    private TrainingProcess() {}

    static TrainerOptions options(long steps) {
        return new TrainerOptions(
                steps,
                1e-2,
                5,
                TrainerOptions.Schedule.COSINE,
                0.9,
                0.99,
                0.01,
                1,
                0.99,
                1,
                10,
                0,
                false,
                1,
                2,
                List.of(),
                List.of());
    }

    /**
     * @param pauseMillis rest after each step
     * @param flags of the JVM
     */
    static Process start(Path directory, long steps, boolean resume, int pauseMillis, String... flags)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // For a network this small, a second thread or a better compiler only costs time.
        command.addAll(List.of("-Dragdiff.threads=1", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(flags));
        command.addAll(
                List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-Dorg.bytedeco.javacpp.logger=slf4j"));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(TrainingProcess.class.getName());
        command.addAll(List.of(
                directory.toString(), Long.toString(steps), Boolean.toString(resume), Integer.toString(pauseMillis)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OMP_NUM_THREADS", "1");
        return builder.start();
    }

    /**
     * Prints step, off-heap bytes, bytes of the pool and bytes of the process after each
     * step; every fifty after a collection, without which the first counts garbage.
     */
    public static void main(String[] args) throws IOException {
        int pause = Integer.parseInt(args[3]);
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            TinyObjective objective = new TinyObjective();
            new Trainer(objective, options(Long.parseLong(args[1])), kernels, Path.of(args[0]))
                    .run(Boolean.parseBoolean(args[2]), (step, metrics) -> {
                        if (step % 50 == 0) {
                            collect();
                        }
                        System.out.println(step + " " + OffHeapMemory.bytes() + " "
                                + Math.round(1e6 * metrics.get("poolMegabytes")) + " " + Pointer.physicalBytes());
                        sleep(pause);
                    });
            objective.module().close();
        }
    }

    /** Collects until nothing more is freed: on a busy machine JavaCPP's deallocator comes late. */
    private static void collect() {
        long least = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 5; unchanged++) {
            System.gc();
            sleep(40);
            if (OffHeapMemory.bytes() < least) {
                least = OffHeapMemory.bytes();
                unchanged = 0;
            }
        }
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
