package org.ragdiff.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.tensor.OffHeapMemory;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.sampler.StepListener;

/**
 * Fifty generations in a Java process of its own whose heap is touched as a whole at the start, so that
 * nothing but off-heap memory can change the size of the process.
 */
class GenerationMemoryTest {
    private static final int GENERATIONS = 50;
    private static final int WARM = 10;
    private static final String MARK = "generation";

    @TempDir
    Path directory;

    @Test
    void offHeapMemoryStaysFlatOverFiftyGenerations() throws Exception {
        TinyModel.write(directory);
        List<long[]> rows = measure();
        assertThat(rows).hasSize(GENERATIONS);
        long[] warm = rows.get(WARM - 1);
        for (long[] row : rows.subList(WARM, GENERATIONS)) {
            assertThat(Math.abs(row[0] - warm[0]) / (double) warm[0])
                    .as("resident bytes of the process, %s against %s", row[0], warm[0])
                    .isLessThan(0.02);
        }
        // What arrays and native buffers hold once collected arrays have given back their few bytes of shape.
        long[] last = rows.get(GENERATIONS - 1);
        assertThat(warm[1]).isPositive();
        assertThat(Math.abs(last[1] - warm[1]) / (double) warm[1])
                .as("bytes outside of the heap, %s against %s", last[1], warm[1])
                .isLessThan(0.02);
    }

    /** Resident bytes after each generation, and bytes outside of the heap after some. */
    private List<long[]> measure() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        // Late compilation would grow the process too.
                        "-XX:TieredStopAtLevel=1",
                        "-Dragdiff.threads=1",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=4g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GenerationMemoryTest.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        List<long[]> rows = new ArrayList<>();
        StringBuilder other = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals(MARK)) {
                    rows.add(new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])});
                } else {
                    other.append(line).append('\n');
                }
            }
        }
        assertThat(process.waitFor()).as(other.toString()).isZero();
        return rows;
    }

    /** The process that is measured. */
    public static void main(String[] args) throws IOException, InterruptedException {
        RectangleGarments garments = new RectangleGarments(GENERATIONS + 1, 48);
        GenerationOptions options = GenerationOptions.defaults().withSteps(4);
        try (ModelFolder model = ModelFolder.open(new ModelFiles(Path.of(args[0])))) {
            FlatLayPipeline pipeline = new FlatLayPipeline(model.parts());
            for (int i = 1; i <= GENERATIONS; i++) {
                GenerationRequest request =
                        GenerationRequest.of(garments.get(i).standard()).withSeed(i);
                pipeline.generate(List.of(request), options, StepListener.NONE);
                long buffers = i == WARM || i == GENERATIONS ? settledBytes() : 0;
                System.out.println(MARK + " " + Pointer.physicalBytes() + " " + buffers);
            }
        }
    }

    private static long settledBytes() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            System.gc();
            Thread.sleep(50);
            least = Math.min(least, OffHeapMemory.bytes());
        }
        return least;
    }
}
