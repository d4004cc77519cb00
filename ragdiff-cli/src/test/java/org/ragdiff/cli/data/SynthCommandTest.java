package org.ragdiff.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairFile;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.procedural.ProceduralGarments;

class SynthCommandTest {
    @TempDir
    Path directory;

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void garmentsAndTheirTable() throws IOException {
        Path out = directory.resolve("new/garments");
        CommandRun run = CommandRun.of("data", "synth", "--count", 3, "--side", 64, "--seed", 5, "--out", out);
        assertThat(run.done().out()).contains("3 garments of 64 px");
        assertThat(names(out))
                .hasSize(7)
                .contains("garments.csv", "procedural-5-0.png", "procedural-5-2-silhouette.png");
        List<String> rows = Files.readAllLines(out.resolve("garments.csv"));
        assertThat(rows).hasSize(4);
        StandardGarment g = new ProceduralGarments(3, 64, 5).get(1);
        assertThat(rows.get(2))
                .startsWith("procedural-5-1.png,procedural-5-1-silhouette.png,")
                .endsWith(",procedural-5-1,procedural-5-1")
                .contains("," + g.attributes().category().name().toLowerCase() + ",");
        assertThat(ImageFiles.read(out.resolve("procedural-5-1.png"))).isEqualTo(g.standard());
        assertThat(ImageFiles.readPngText(out.resolve("procedural-5-1.png")))
                .containsEntry("ragdiff.garment", "procedural-5-1");
    }

    @Test
    void pairsAreReadBackAsTheyWereMade() throws IOException {
        Path out = directory.resolve("pairs");
        Path json = directory.resolve("done.json");
        CommandRun.of("data", "synth", "--count", 4, "--side", 48, "--out", out, "--pairs", "--json", json)
                .done();
        assertThat(names(out)).hasSize(14);
        assertThat(json).content().contains("\"count\" : 4", "\"pairs\" : true");
        PairFile pairs = PairFile.open(out.resolve("pairs.csv"));
        assertThat(pairs.garments()).isEqualTo(4);
        ProceduralGarments garments = new ProceduralGarments(4, 48, 0);
        for (int i = 0; i < 4; i++) {
            GarmentPair pair = pairs.pair(i);
            StandardGarment g = garments.get(i);
            assertThat(pair.standard()).isEqualTo(g.standard());
            assertThat(pair.silhouette()).isEqualTo(g.silhouette());
            assertThat(pair.attributes()).isEqualTo(g.attributes());
            assertThat(pair.id()).isEqualTo(g.id());
            assertThat(pair.wild().width()).isEqualTo(48);
            assertThat(pair.wild()).isNotEqualTo(g.standard());
        }
    }

    @Test
    void theSameSeedGivesTheSameFiles() throws IOException {
        for (String name : List.of("a", "b")) {
            CommandRun.of("data", "synth", "--count", 2, "--side", 40, "--out", directory.resolve(name), "--pairs")
                    .done();
        }
        for (String name : names(directory.resolve("a"))) {
            assertThat(directory.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(directory.resolve("b").resolve(name));
        }
    }

    @Test
    void whatIsThereIsKeptUnlessForced() throws IOException {
        Path mine = Files.writeString(directory.resolve("mine.txt"), "x");
        CommandRun.of("data", "synth", "--count", 1, "--out", directory).refused("is not empty", "--force");
        assertThat(names(directory)).containsExactly("mine.txt");
        CommandRun.of("data", "synth", "--count", 1, "--side", 32, "--out", directory, "--force")
                .done();
        assertThat(mine).hasContent("x");
        assertThat(names(directory)).hasSize(4);
    }

    /** A folder where the table should go makes the run fail at its end. */
    @Test
    void aFailedRunLeavesNothing() throws IOException {
        Files.createDirectory(directory.resolve("garments.csv"));
        CommandRun.of("data", "synth", "--count", 2, "--side", 32, "--out", directory, "--force")
                .refused("garments.csv", "it is a folder");
        assertThat(names(directory)).containsExactly("garments.csv");
    }

    @Test
    void wrongUseIsOneLine() throws IOException {
        CommandRun.of("data").refused("--help");
        CommandRun.of("data", "synth").refused("--out");
        Path out = directory.resolve("out");
        CommandRun.of("data", "synth", "--out", out, "--count", 0).refused("--count must be in 1..1000000, got 0");
        CommandRun.of("data", "synth", "--out", out, "--side", 2000).refused("--side must be in 32..1024, got 2000");
        CommandRun.of("data", "synth", "--out", out, "--difficulty", "odd").refused("--difficulty");
        Path file = Files.writeString(directory.resolve("file"), "x");
        CommandRun.of("data", "synth", "--out", file).refused("is a file, not a folder");
        assertThat(out).doesNotExist();
        assertThat(CommandRun.of("data", "synth", "--help").done().out()).contains("Examples:");
    }
}
