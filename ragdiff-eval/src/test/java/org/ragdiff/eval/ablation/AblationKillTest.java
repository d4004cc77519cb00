package org.ragdiff.eval.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.eval.ablation.AblationPlan.Cell;
import org.ragdiff.eval.stat.SeedFactor;

/** An ablation of 12 cells in a process that is killed (SIGKILL) at random moments and started again. */
class AblationKillTest {
    private static final List<String> METRICS = List.of("silhouetteIou", "ssim");

    /** The process: measures into its folder, writes the results last. */
    public static void main(String[] args) throws Exception {
        run(Path.of(args[0]));
    }

    private static void run(Path folder) throws Exception {
        AblationPlan plan = Plans.of(METRICS, SeedFactor.NESTED, 3, "slle", "top1", "mean", "none");
        CellMeasure slow = new CellMeasure() {
            @Override
            public String identity(Cell cell) {
                return cell.toString();
            }

            @Override
            public long memory(Cell cell) {
                return 1;
            }

            @Override
            public CellFigures measure(Cell cell) throws Exception {
                if (cell.index() == 7) {
                    throw new IOException("this one never works");
                }
                Thread.sleep(120);
                return Plans.figures(cell, METRICS, 400, AblationKillTest::value);
            }
        };
        AblationRunner runner = new AblationRunner(
                slow, new CellCache(folder.resolve("cells")), new MemoryBudget(2), 2, folder.resolve("logs"));
        AblationRunner.Outcome outcome = runner.run(plan, (c, s) -> {});
        Plans.results(plan, outcome.garments().get("made"), outcome.cells()).write(folder.resolve("results.json"));
    }

    /** Arbitrary digits, one in 50 missing. */
    private static double value(Cell cell, int garment, String figure) {
        Random random = new Random(31L * cell.index() + 7919L * garment + figure.hashCode());
        return random.nextInt(50) == 0 ? Double.NaN : random.nextDouble();
    }

    @Test
    void killedAndResumedGivesTheSameBytes(@TempDir Path folder) throws Exception {
        run(folder.resolve("whole"));
        Path killed = folder.resolve("killed");
        Files.createDirectories(killed);
        Random random = new Random(20261128);
        int kills = 0;
        boolean done = false;
        while (!done) {
            Process p = start(killed);
            try {
                // Starting takes about 0.4 s, the run about 0.7 s.
                done = kills >= 12
                        ? p.waitFor(60, TimeUnit.SECONDS)
                        : p.waitFor(250 + random.nextInt(500), TimeUnit.MILLISECONDS);
                kills += done ? 0 : 1;
            } finally {
                p.destroyForcibly().waitFor();
            }
            if (done) {
                assertThat(p.exitValue()).isZero();
            }
        }
        assertThat(kills).as("times it was killed").isGreaterThanOrEqualTo(2);
        assertThat(killed.resolve("results.json"))
                .hasSameBinaryContentAs(folder.resolve("whole").resolve("results.json"));
        AblationResults read = AblationResults.read(killed.resolve("results.json"));
        assertThat(read.failures())
                .singleElement()
                .extracting(CellResult::failure)
                .isEqualTo("this one never works");
    }

    private static Process start(Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AblationKillTest.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
    }
}
