package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.GroupSplit;

class FineTuneCommandTest {
    private static final int PAIRS = 10;

    @TempDir
    static Path shared;

    private static Path pairs;
    private static ModelFiles start;

    @TempDir
    Path directory;

    @BeforeAll
    static void make() throws IOException {
        Path made = shared.resolve("made");
        CommandRun.of("data", "synth", "--count", PAIRS, "--side", 48, "--pairs", "--out", made)
                .done();
        pairs = shared.resolve("pairs");
        Files.createDirectories(pairs.resolve("photos"));
        Files.createDirectories(pairs.resolve("flats"));
        try (var files = Files.list(made)) {
            for (Path f : files.filter(f -> f.toString().endsWith("-wild.png")).toList()) {
                String name = f.getFileName().toString().replace("-wild", "");
                Files.copy(f, pairs.resolve("photos").resolve(name));
                Files.copy(f.resolveSibling(name), pairs.resolve("flats").resolve(name));
            }
        }
        start = TinyModel.write(shared.resolve("model"));
    }

    private static CommandRun tune(Path from, Path out, Object... more) {
        List<Object> all = new java.util.ArrayList<>(List.of(
                "train", "finetune", "--pairs", from, "--model", start.directory(), "--out", out, "--generated", 1));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray());
    }

    /** An untrained network learns from any pairs. */
    @Test
    void theHeldOutLossComesDownAndTheModelGenerates() throws IOException {
        Path out = directory.resolve("mine");
        CommandRun run = tune(pairs, out, "--steps", 30, "--batch", 4, "--learning-rate", 0.003)
                .done();
        assertThat(run.out())
                .contains("8 pairs learned from, 2 held out", "heldOutLoss", "silhouetteIou", out.toString());
        assertThat(run.err()).contains("step 6 of 30  heldOutLoss", "step 30 of 30");
        JsonNode json = new ObjectMapper().readTree(out.resolve("finetune.json").toFile());
        assertThat(json.at("/after/heldOutLoss").asDouble())
                .isPositive()
                .isLessThan(json.at("/before/heldOutLoss").asDouble());
        assertThat(ImageFiles.read(out.resolve("finetune.png")).width()).isGreaterThan(4 * 128);
        ModelFiles model = new ModelFiles(out);
        assertThat(Sha256.of(model.vae())).isEqualTo(Sha256.of(start.vae()));
        assertThat(Sha256.of(model.diffusion())).isNotEqualTo(Sha256.of(start.diffusion()));
        try (ModelFolder opened = ModelFolder.open(model)) {
            assertThat(opened.database().count()).isEqualTo(TinyModel.GARMENTS + 8);
        }
        Path flat = directory.resolve("flat.png");
        CommandRun.of(
                        "generate",
                        "--model",
                        out,
                        "--steps",
                        2,
                        "--out",
                        flat,
                        "--image",
                        pairs.resolve("photos/procedural-0-3.png"))
                .done();
        assertThat(flat).exists();
        tune(pairs, out).refused("is not empty", "--resume");
        CommandRun again = tune(pairs, out, "--steps", 30, "--batch", 4, "--learning-rate", 0.003, "--resume")
                .done();
        assertThat(new ObjectMapper()
                        .readTree(out.resolve("finetune.json").toFile())
                        .get("after"))
                .isEqualTo(json.get("after"));
        assertThat(again.err()).doesNotContain("step 10 of 30");
    }

    @Test
    void whatCannotBeTrainedOnIsRefused() throws IOException {
        Path few = directory.resolve("few");
        for (String folder : List.of("photos", "flats")) {
            Files.createDirectories(few.resolve(folder));
            for (int i = 0; i < 4; i++) {
                Files.copy(
                        pairs.resolve(folder).resolve("procedural-0-" + i + ".png"),
                        few.resolve(folder).resolve(i + ".png"));
            }
        }
        tune(few, directory.resolve("out")).refused("there are 4 groups", "at least 5");
        tune(pairs, directory.resolve("out"), "--learning-rate", 0).refused("learning rate", "0.0");
        tune(pairs, directory.resolve("out"), "--batch", 0).refused("batch must be in 1..256, got 0");
        CommandRun wrong = tune(directory, directory.resolve("out"));
        assertThat(wrong.err()).contains("photos/NAME.jpg", "Found:", "few/");
        CommandRun.of("train", "finetune", "--out", directory.resolve("out")).refused("--pairs");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void aFifthOfTheGroupsIsHeldOut() {
        List<String> groups = IntStream.range(0, 50).mapToObj(i -> "g" + i).toList();
        Set<String> held = GroupSplit.heldOutShare(groups, 0.2);
        assertThat(held).hasSize(10);
        List<String> twice = new java.util.ArrayList<>(groups);
        twice.addAll(groups);
        java.util.Collections.reverse(twice);
        assertThat(new TreeSet<>(GroupSplit.heldOutShare(twice, 0.2))).isEqualTo(new TreeSet<>(held));
        assertThat(GroupSplit.heldOutShare(List.of("a", "b"), 0.2)).hasSize(1);
    }
}
