package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
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
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.diffusion.align.AlignmentConfig;
import org.ragdiff.diffusion.align.AlignmentNet;
import org.ragdiff.diffusion.align.AlignmentWeights;
import org.ragdiff.diffusion.refine.RefinerConfig;
import org.ragdiff.diffusion.refine.RefinerNet;
import org.ragdiff.diffusion.refine.RefinerWeights;

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
        return tune(start, from, out, more);
    }

    private static CommandRun tune(ModelFiles model, Path from, Path out, Object... more) {
        List<Object> all = new java.util.ArrayList<>(List.of(
                "train", "finetune", "--pairs", from, "--model", model.directory(), "--out", out, "--generated", 1));
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

    /** At a rate at which it forgets what a landmark is, the second time. */
    @Test
    void theRefinerLearnsAlongAndIsKeptWhereItGains() throws IOException {
        ModelFiles model = withRefiner(directory.resolve("model"));
        ModelFiles once = new ModelFiles(directory.resolve("once"));
        CommandRun run = tune(model, pairs, once.directory(), "--steps", 60, "--batch", 4, "--learning-rate", 0.003)
                .done();
        assertThat(run.out()).contains("landmarkIou");
        assertThat(landmarkIou(once, "after")).isGreaterThan(landmarkIou(once, "before"));
        assertThat(Sha256.of(once.refiner())).isNotEqualTo(Sha256.of(model.refiner()));

        ModelFiles twice = new ModelFiles(directory.resolve("twice"));
        tune(once, pairs, twice.directory(), "--steps", 9, "--batch", 1, "--learning-rate", 0.1);
        String last = Files.readAllLines(twice.directory().resolve("work/refiner/log.jsonl")).stream()
                .filter(l -> l.contains("heldOutIou"))
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(new ObjectMapper().readTree(last).get("heldOutIou").asDouble())
                .isLessThan(landmarkIou(twice, "before"));
        assertThat(landmarkIou(twice, "after")).isEqualTo(landmarkIou(twice, "before"));
        assertThat(Sha256.of(twice.refiner())).isEqualTo(Sha256.of(once.refiner()));
        ModelFolder.open(twice).close();
    }

    private static double landmarkIou(ModelFiles tuned, String when) throws IOException {
        return new ObjectMapper()
                .readTree(tuned.directory().resolve("finetune.json").toFile())
                .at("/" + when + "/landmarkIou")
                .asDouble();
    }

    /** The tiny model with untrained networks that align photos and correct landmarks. */
    private static ModelFiles withRefiner(Path folder) throws IOException {
        ModelFiles model = TinyModel.write(folder);
        AlignmentConfig aligning = new AlignmentConfig(32, 2, List.of(4, 8), 1, 4, 2);
        try (AlignmentNet net = new AlignmentNet(new SplittableRandom(5), aligning)) {
            SafetensorsWriter.write(model.alignment(), net.state(), Dtype.F16, AlignmentWeights.metadata(aligning));
        }
        RefinerConfig refining = new RefinerConfig(List.of(4, 8, 8), 1, 4, 2);
        try (RefinerNet net = new RefinerNet(new SplittableRandom(6), refining)) {
            SafetensorsWriter.write(model.refiner(), net.state(), Dtype.F16, RefinerWeights.metadata(refining));
        }
        return model;
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
