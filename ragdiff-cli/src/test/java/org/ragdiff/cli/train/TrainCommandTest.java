package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.cli.RagdiffCommand;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.train.ParameterGroup;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.align.AlignmentConfig;
import org.ragdiff.diffusion.align.AlignmentNet;
import org.ragdiff.diffusion.align.AlignmentWeights;
import org.ragdiff.diffusion.align.LearnedAligner;
import org.ragdiff.diffusion.align.SecondLook;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;

/** Networks of a few weights, trained for a few steps by the commands in their order, then used. */
class TrainCommandTest {
    @TempDir
    static Path shared;

    private static Path vae;
    private static Path structure;
    private static Path alignment;
    private static Path refiner;
    private static Path diffusion;

    @TempDir
    Path directory;

    @BeforeAll
    static void trainAll() throws IOException {
        vae = trained("vae", TinyRecipes.vae(shared.resolve("vae")));
        structure = trained("structure", TinyRecipes.structure(shared.resolve("structure")));
        structure = trained("appearance", TinyRecipes.appearance(shared.resolve("appearance"), structure));
        alignment = trained("alignment", TinyRecipes.alignment(shared.resolve("alignment")));
        refiner = trained("refiner", TinyRecipes.refiner(shared.resolve("refiner"), structure, alignment));
        diffusion = trained("diffusion", TinyRecipes.diffusion(shared.resolve("diffusion"), vae, structure, alignment));
    }

    private static Path trained(String network, String recipe) throws IOException {
        Path config = TinyRecipes.write(shared.resolve(network + ".yaml"), recipe);
        CommandRun run = CommandRun.of("train", network, "--config", config).done();
        Path weights = shared.resolve(network).resolve("weights.safetensors");
        assertThat(run.out()).contains("wrote " + weights);
        assertThat(run.err()).contains("step 1 ", "step " + TinyRecipes.STEPS + " ", "loss ");
        return weights;
    }

    @Test
    void whatWasTrainedMakesAFlatLay() throws IOException {
        ModelFiles model = withoutAlignment();
        assertThatThrownBy(() -> ModelFolder.open(model))
                .hasMessageContaining("trained on aligned photos, but there is no alignment.safetensors");
        AlignmentConfig shape = new AlignmentConfig(32, 2, List.of(4, 8), 1, 4, 2);
        try (AlignmentNet other = new AlignmentNet(new SplittableRandom(5), shape)) {
            SafetensorsWriter.write(model.alignment(), other.state(), Dtype.F16, AlignmentWeights.metadata(shape));
        }
        assertThatThrownBy(() -> ModelFolder.open(model)).hasMessageContaining("trained on photos aligned by");
        Files.copy(alignment, model.alignment(), StandardCopyOption.REPLACE_EXISTING);
        CommandRun.of("index", "build", "--synth", 20, "--model", model.directory(), "--out", model.database())
                .done();
        Files.copy(secondLook(), model.secondLook());
        try (ModelFolder opened = ModelFolder.open(model)) {
            assertThat(opened.side()).isEqualTo(32);
            assertThat(opened.database().count()).isEqualTo(20);
            assertThat(opened.trainedAligner()).isSameAs(opened.aligner());
            assertThat(opened.weights()).containsEntry("second look", Sha256.of(model.secondLook()));
            assertThat(opened.parts().aligner().fingerprint())
                    .contains(opened.aligner().fingerprint())
                    .isNotEqualTo(new SecondLook((LearnedAligner) opened.aligner()).fingerprint());
        }
        Path photo = Pictures.write(directory.resolve("photo.png"), Pictures.garment(64, 64, 12, 8, 40, 48));
        Path out = directory.resolve("flat.png");
        CommandRun.of("generate", "--image", photo, "--out", out, "--model", model.directory(), "--steps", 3)
                .done();
        assertThat(ImageFiles.read(out).width()).isEqualTo(32);
        CommandRun.of("doctor", "--model", model.directory()).done();
    }

    private ModelFiles withoutAlignment() throws IOException {
        ModelFiles model = new ModelFiles(directory.resolve("model"));
        Files.createDirectory(model.directory());
        Files.copy(vae, model.vae());
        Files.copy(structure, model.structure());
        Files.copy(diffusion, model.diffusion());
        return model;
    }

    /** Trained further from the alignment's weights. */
    private Path secondLook() throws IOException {
        Path out = directory.resolve("second-look");
        Path config = TinyRecipes.write(
                directory.resolve("second-look.yaml"), TinyRecipes.alignment(out) + "\nstart: " + alignment);
        CommandRun.of("train", "alignment", "--config", config).done();
        try (SafetensorsFile f = SafetensorsFile.open(out.resolve("weights.safetensors"))) {
            String hash = Sha256.of(alignment);
            assertThat(f.metadata().values()).anyMatch(v -> v.contains(hash));
        }
        return out.resolve("weights.safetensors");
    }

    @Test
    void theDenoiserLearnsFromPhotosThatAreLookedAtTwice() throws IOException {
        Path looks = secondLook();
        Path out = directory.resolve("diffusion");
        String recipe = TinyRecipes.diffusion(out, vae, structure, alignment) + "\nsilhouetteFusion: 0.5";
        Path config = TinyRecipes.write(directory.resolve("diffusion.yaml"), recipe + "\nsecondLook: " + looks);
        CommandRun.of("train", "diffusion", "--config", config).done();
        ModelFiles model = withoutAlignment();
        Files.copy(out.resolve("weights.safetensors"), model.diffusion(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(alignment, model.alignment());
        assertThatThrownBy(() -> ModelFolder.open(model)).hasMessageContaining("trained on photos aligned by");
        Files.copy(looks, model.secondLook());
        CommandRun.of("index", "build", "--synth", 20, "--model", model.directory(), "--out", model.database())
                .done();
        try (ModelFolder opened = ModelFolder.open(model)) {
            assertThat(opened.trainedAligner()).isSameAs(opened.parts().aligner());
        }
        Path without = TinyRecipes.write(
                directory.resolve("without.yaml"),
                TinyRecipes.diffusion(out, vae, structure, null) + "\nsecondLook: " + looks);
        CommandRun.of("train", "diffusion", "--config", without).refused("give alignment, too");
    }

    /** What the denoiser learns from and what a pipeline draws are other landmarks with it. */
    @Test
    void landmarksAreRefinedInTrainingAndInTheModel() throws IOException {
        Path out = directory.resolve("refined");
        String recipe = TinyRecipes.diffusion(out, vae, structure, alignment);
        Path config = TinyRecipes.write(directory.resolve("refined.yaml"), recipe + "\nrefiner: " + refiner);
        CommandRun.of("train", "diffusion", "--config", config).done();
        assertThat(Sha256.of(out.resolve("features.bin")))
                .isNotEqualTo(Sha256.of(shared.resolve("diffusion").resolve("features.bin")));
        ModelFiles model = withoutAlignment();
        Files.copy(alignment, model.alignment());
        CommandRun.of("index", "build", "--synth", 20, "--model", model.directory(), "--out", model.database())
                .done();
        SignedDistanceField plain = landmark(model);
        Files.copy(refiner, model.refiner());
        try (ModelFolder opened = ModelFolder.open(model)) {
            assertThat(opened.weights()).containsEntry("refiner", Sha256.of(refiner));
        }
        assertThat(landmark(model)).isNotEqualTo(plain);
        Files.copy(alignment, model.refiner(), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> ModelFolder.open(model)).hasMessageContaining("of kind alignment, expected refiner");
    }

    private static SignedDistanceField landmark(ModelFiles model) throws IOException {
        try (ModelFolder opened = ModelFolder.open(model)) {
            GenerationRequest request = GenerationRequest.of(Pictures.garment(64, 64, 12, 8, 40, 48));
            return new FlatLayPipeline(opened.parts())
                    .retrieve(List.of(request), GenerationOptions.defaults())
                    .get(0)
                    .landmark();
        }
    }

    @Test
    void aSecondLookNeedsAFirst() throws IOException {
        ModelFiles model = withoutAlignment();
        Files.copy(alignment, model.secondLook());
        assertThatThrownBy(() -> ModelFolder.open(model))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("there is a second-look.safetensors, but no alignment.safetensors");
    }

    @Test
    void weightsSayHowTheyWereMade() throws IOException {
        for (String network : List.of("vae", "structure", "appearance", "alignment", "refiner", "diffusion")) {
            Path config = shared.resolve(network + ".yaml");
            String hash = Sha256.of(config);
            try (SafetensorsFile f =
                    SafetensorsFile.open(shared.resolve(network).resolve("weights.safetensors"))) {
                assertThat(f.metadata().get("ragdiff.step")).isEqualTo(Integer.toString(TinyRecipes.STEPS));
                assertThat(f.metadata().values())
                        .anyMatch(v -> v.contains("ragdiff train " + network + " --config " + config))
                        .anyMatch(v -> v.contains(hash));
            }
        }
    }

    private static TreeMap<Long, Double> losses(Path out) throws IOException {
        TreeMap<Long, Double> losses = new TreeMap<>();
        List<String> lines = Files.readAllLines(out.resolve("log.jsonl"));
        for (String line : lines) {
            JsonNode node = new ObjectMapper().readTree(line);
            losses.put(node.get("step").asLong(), node.get("loss").asDouble());
        }
        assertThat(losses).as("each step once: %s", lines).hasSameSizeAs(lines);
        return losses;
    }

    private static Map<String, float[]> weights(Path out) throws IOException {
        Map<String, float[]> weights = new TreeMap<>();
        try (SafetensorsFile f = SafetensorsFile.open(out.resolve("weights.safetensors"))) {
            for (String name : f.names()) {
                try (INDArray w = f.readFloat(name)) {
                    weights.put(name, HostArrays.read(w));
                }
            }
        }
        assertThat(weights).isNotEmpty();
        return weights;
    }

    /** Goes back to the checkpoint of step 2 while the log has step 3, as after a kill. */
    @Test
    void aRunThatWasStoppedGoesOn() throws IOException {
        Path out = directory.resolve("out");
        Path config = TinyRecipes.write(directory.resolve("vae.yaml"), TinyRecipes.vae(out));
        Path checkpoint = out.resolve("checkpoint.safetensors");
        Path kept = directory.resolve("kept.safetensors");
        Path log = directory.resolve("log.jsonl");
        Path written = out.resolve("log.jsonl");
        PrintWriter stopping = new PrintWriter(Writer.nullWriter()) {
            @Override
            public void println(Object line) {
                if (line.toString().startsWith("step 3 ")) {
                    try {
                        Files.copy(checkpoint, kept);
                        Files.copy(written, log);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        };
        assertThat(RagdiffCommand.execute(stopping, stopping, "train", "vae", "--config", config.toString()))
                .isZero();
        TreeMap<Long, Double> whole = losses(out);
        assertThat(whole.keySet()).containsExactly(1L, 2L, 3L, 4L);
        Map<String, float[]> weights = weights(out);

        Files.copy(kept, checkpoint, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(log, out.resolve("log.jsonl"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(losses(out).keySet()).containsExactly(1L, 2L, 3L);
        Files.delete(out.resolve("weights.safetensors"));
        CommandRun resumed =
                CommandRun.of("train", "vae", "--config", config, "--resume").done();
        assertThat(resumed.err()).contains("step 3 ", "step 4 ").doesNotContain("step 2 ");
        TreeMap<Long, Double> after = losses(out);
        assertThat(after.keySet()).isEqualTo(whole.keySet());
        whole.forEach((step, loss) ->
                assertThat(after.get(step)).as("step %d", step).isEqualTo(loss, within(1e-6 * Math.abs(loss))));
        Map<String, float[]> again = weights(out);
        weights.forEach((name, w) -> assertThat(again.get(name)).as(name).isEqualTo(w));

        CommandRun.of("train", "vae", "--config", config, "--resume").done();
        assertThat(losses(out)).isEqualTo(after);
    }

    private CommandRun vaeWith(String from, String to) throws IOException {
        String recipe = TinyRecipes.vae(directory.resolve("out"));
        assertThat(recipe).contains(from);
        Path config = TinyRecipes.write(directory.resolve("bad.yaml"), recipe.replace(from, to));
        return CommandRun.of("train", "vae", "--config", config);
    }

    @Test
    void badRecipesNameTheKey() throws IOException {
        vaeWith("precision:", "speed: 1\nprecision:").refused("bad.yaml: speed: unknown key", "wildShare");
        vaeWith("steps: 4", "steps: 4, pace: 1").refused("bad.yaml: trainer.pace: unknown key", "warmupSteps");
        vaeWith("wildShare: 0.25\n", "").refused("bad.yaml: wildShare: is missing");
        vaeWith("warmupSteps: 2, ", "").refused("bad.yaml: trainer.warmupSteps: is missing");
        vaeWith("wildShare: 0.25\n", "wildShare: 0.25\nwildShare: 0.5\n").refused("bad.yaml", "wildShare");
        vaeWith("steps: 4", "steps: many").refused("bad.yaml", "trainer.steps", "many");
        vaeWith("steps: 4", "steps: 4.5").refused("bad.yaml", "trainer.steps", "4.5");
        vaeWith("steps: 4", "steps: [4]").refused("bad.yaml", "trainer.steps");
        vaeWith("steps: 4", "steps: null").refused("bad.yaml", "trainer.steps");
        vaeWith("precision: F32", "precision: F64").refused("bad.yaml", "precision", "F64", "BF16");
        vaeWith("encoderChannels: [4, 6]", "encoderChannels: null").refused("bad.yaml", "network.encoderChannels");
        vaeWith("precision: F32", "precision: null").refused("bad.yaml", "precision");
        vaeWith("steps: 4", "steps: 0").refused("bad.yaml", "trainer", "steps is 0");
        vaeWith("normGroups: 2", "normGroups: 4").refused("bad.yaml", "network", "normGroups 4 does not divide");
        vaeWith("wildShare: 0.25", "wildShare: 1.5").refused("wildShare must be in [0, 1], got 1.5");
        vaeWith("synthetic: 12", "synthetic: 0").refused("bad.yaml", "data", "synthetic 0");
        vaeWith("side: 32", "side: 16").refused("bad.yaml", "data", "side must be in 32..1024, got 16");
        vaeWith("side: 32", "side: 34").refused("side", "34", "multiple of 4");
        vaeWith("photos: null", "photos: " + directory.resolve("none")).refused("no folder", "none");
        assertThat(directory.resolve("out/weights.safetensors")).doesNotExist();
    }

    @Test
    void whatIsNoRecipeIsRefused() throws IOException {
        CommandRun.of("train").refused("--help");
        CommandRun.of("train", "vae").refused("--config");
        CommandRun.of("train", "vae", "--config", directory.resolve("none.yaml"))
                .refused("no recipe", "none.yaml");
        Path bad = directory.resolve("bad.yaml");
        for (String text : List.of("", "a: [1", "- 1\n- 2\n", "just words", "\u0000")) {
            Files.writeString(bad, text);
            CommandRun.of("train", "vae", "--config", bad).refused("bad.yaml");
        }
    }

    @Test
    void anOutputThatCannotBeWrittenIsRefusedFirst() throws IOException {
        Path file = Files.writeString(directory.resolve("out"), "mine");
        for (String network : List.of("vae", "structure", "diffusion")) {
            String recipe = Files.readString(shared.resolve(network + ".yaml"))
                    .replace("out: " + shared.resolve(network), "out: " + file.resolve("deeper"));
            Path config = TinyRecipes.write(directory.resolve(network + ".yaml"), recipe);
            CommandRun.of("train", network, "--config", config).refused("is a file, not a folder");
        }
        assertThat(file).hasContent("mine");
    }

    private CommandRun diffusionWith(String from, String to) throws IOException {
        String recipe = TinyRecipes.diffusion(directory.resolve("out"), vae, structure, alignment);
        assertThat(recipe).contains(from);
        Path config = TinyRecipes.write(directory.resolve("bad.yaml"), recipe.replace(from, to));
        return CommandRun.of("train", "diffusion", "--config", config);
    }

    @Test
    void whatADenoiserBuildsOnHasToFit() throws IOException {
        diffusionWith(vae.toString(), shared.resolve("none.safetensors").toString())
                .refused("none.safetensors");
        diffusionWith(structure.toString(), vae.toString()).refused(vae.toString());
        diffusionWith("start: null", "start: " + shared.resolve("no")).refused("start is", "which is no file");
        diffusionWith("aggregator: slle", "aggregator: best").refused("best", "slle");
        diffusionWith("replicas: 2", "replicas: 3").refused("bad.yaml", "replicas must divide the batch of 4, got 3");
        diffusionWith("turns: 1", "turns: 0").refused("bad.yaml", "turns must be in 1..64, got 0");
        diffusionWith("landmarkJitter: 0.01", "landmarkJitter: 1")
                .refused("bad.yaml", "landmarkJitter must be in [0, 0.2], got 1.0");
        diffusionWith("latentChannels: 3", "latentChannels: 4").refused("latentChannels", "4", "3");
        diffusionWith("structureDimension: 8", "structureDimension: 9").refused("structureDimension", "9", "8");
        diffusionWith("side: 32, cache", "side: 36, cache").refused("data.side is 36, expected a multiple of 8");
        diffusionWith("predictionType: V", "predictionType: W").refused("bad.yaml", "schedule.predictionType", "W");
        diffusionWith("ownTokens: true", "ownToken: true").refused("bad.yaml", "network.levels.1.ownToken");
        assertThat(directory.resolve("out/features.bin")).doesNotExist();
    }

    @Test
    void optionsThatMayBeLeftOutAreRead() throws IOException {
        Path out = directory.resolve("out");
        String more = "checkpointing: false, accumulate: 2, checkpointMinutes: 0.5, groups: ["
                + "{match: 'encoder.*', frozen: true}, {match: '*.bias', learningRate: 2.0e-3}]}";
        Path config = TinyRecipes.write(
                directory.resolve("vae.yaml"), TinyRecipes.vae(out).replace("checkpointing: false}", more));
        TrainerOptions options = Recipes.read(config, VaeRecipe.class).trainer();
        assertThat(options.accumulate()).isEqualTo(2);
        assertThat(options.checkpointMinutes()).isEqualTo(0.5);
        assertThat(options.groups())
                .containsExactly(ParameterGroup.frozen("encoder.*"), ParameterGroup.rate("*.bias", 2e-3));
        TrainerOptions without =
                Recipes.read(shared.resolve("vae.yaml"), VaeRecipe.class).trainer();
        assertThat(List.of(without.accumulate(), without.checkpointMinutes(), without.groups()))
                .containsExactly(1, 2.0, List.of());

        CommandRun.of("train", "vae", "--config", config).done();
        Map<String, float[]> trained = weights(out);
        Map<String, float[]> plain = weights(shared.resolve("vae"));
        assertThat(trained.get("decoder.conv_in.weight")).isNotEqualTo(plain.get("decoder.conv_in.weight"));
        try (SafetensorsFile f = SafetensorsFile.open(out.resolve("checkpoint.safetensors"))) {
            assertThat(f.names()).contains("m.decoder.conv_in.weight").noneMatch(n -> n.startsWith("m.encoder."));
        }
        vaeWith("checkpointing: false}", "checkpointing: false, groups: [{match: 'encodr.*', frozen: true}]}")
                .refused("\"encodr.*\" of a group or stage of the trainer matches none", "encoder.");
        vaeWith("checkpointing: false}", "checkpointing: false, groups: [{match: 'encoder.*'}]}")
                .refused("bad.yaml: trainer.groups.0", "either a learningRate or frozen: true");
        vaeWith("checkpointing: false}", "checkpointing: false, groups: [{frozen: true}]}")
                .refused("bad.yaml: trainer.groups.0.match: is missing");
        vaeWith("checkpointing: false}", "checkpointing: false, accumulate: null}")
                .refused("bad.yaml", "trainer.accumulate");
        vaeWith("checkpointing: false}", "checkpointing: false, accumulate: 0}")
                .refused("accumulate is 0.0, expected in 1..4096");
    }

    @Test
    void aTrainingsPageIsWrittenAtCheckpointsAndByCommand() throws IOException {
        Path page = shared.resolve("vae/index.html");
        assertThat(page).content().contains("Step 4, loss ", "images per second", "wildShare: 0.25");
        assertThat(shared.resolve("vae/recipe.yaml")).hasSameBinaryContentAs(shared.resolve("vae.yaml"));
        Path log = Files.createDirectory(directory.resolve("old")).resolve("log.jsonl");
        Files.writeString(log, "{\"step\":7,\"loss\":0.25}\n");
        CommandRun run = CommandRun.of("train", "page", log.getParent()).done();
        assertThat(run.out()).contains("wrote " + log.resolveSibling("index.html"));
        assertThat(log.resolveSibling("index.html")).content().contains("Step 7, loss 0.2500.");
        CommandRun.of("train", "page", directory.resolve("none")).refused("no log.jsonl in ");
    }

    /** Validation and grids by the clockwork of a run, and adapters of the network that was trained. */
    @Test
    void aDenoiserIsValidatedAndFineTuned() throws IOException {
        Path out = directory.resolve("out");
        String recipe = TinyRecipes.diffusion(out, vae, structure, alignment)
                        .replace("start: null", "start: " + diffusion)
                        .replace("validateEvery: 0", "validateEvery: 2")
                        .replace("minSnrGamma: 5", "minSnrGamma: 5, offsetNoise: 0.1")
                + "lora: {rank: 2, alpha: 4, match: ['*.attn?.to_q', '*.attn?.to_v']}\n";
        Path config = TinyRecipes.write(directory.resolve("lora.yaml"), recipe);
        CommandRun run = CommandRun.of("train", "diffusion", "--config", config).done();
        Path merged = out.resolve("merged.safetensors");
        assertThat(run.out()).contains("wrote " + merged);

        Map<String, List<Double>> log = new TreeMap<>();
        for (String line : Files.readAllLines(out.resolve("log.jsonl"))) {
            new ObjectMapper().readTree(line).fields().forEachRemaining(e -> log.computeIfAbsent(
                            e.getKey(), k -> new ArrayList<>())
                    .add(e.getValue().asDouble()));
        }
        for (String figure :
                List.of("heldOutLoss", "heldOutLossQuarter1", "heldOutLossQuarter4", "gridSilhouetteIou", "gridPsnr")) {
            assertThat(log.get(figure)).as(figure).hasSize(2).allMatch(v -> v >= 0 && v < 100);
        }
        for (int step : new int[] {2, 4}) {
            RgbImage grid = ImageFiles.read(out.resolve("grids/step-00000" + step + ".png"));
            // Eight rows of photo, landmark, result and truth of 32 pixels.
            assertThat(new int[] {grid.width(), grid.height()}).containsExactly(4 * 38 + 6, 8 * 38 + 6);
        }
        assertThat(out.resolve("index.html")).content().contains("Held-out garments after step 4", "gridPsnr");

        Map<String, float[]> adapters = weights(out);
        assertThat(adapters.keySet()).allMatch(n -> n.matches("unet\\..*\\.to_[qv]\\.lora_[AB]\\.weight"));
        try (SafetensorsFile before = SafetensorsFile.open(diffusion);
                SafetensorsFile after = SafetensorsFile.open(merged)) {
            assertThat(after.names()).isEqualTo(before.names());
            assertThat(after.metadata())
                    .doesNotContainKey("lora_adapter_metadata")
                    .containsKey("ragdiff.step");
            for (String name : after.names()) {
                try (INDArray a = before.readFloat(name);
                        INDArray b = after.readFloat(name)) {
                    boolean adapted = name.matches(".*\\.attn[12]\\.to_[qv]\\.weight");
                    assertThat(Arrays.equals(HostArrays.read(a), HostArrays.read(b)))
                            .as(name)
                            .isEqualTo(!adapted);
                }
            }
        }
        diffusionWith("trainer:", "lora: {rank: 2, alpha: 4}\ntrainer:").refused("lora adapts a trained network");
    }

    /** Another step count is another course of the learning rate. */
    @Test
    void aCheckpointOfOtherOptionsIsRefused() throws IOException {
        Path out = directory.resolve("out");
        Files.createDirectory(out);
        Files.copy(shared.resolve("vae/checkpoint.safetensors"), out.resolve("checkpoint.safetensors"));
        Path config = TinyRecipes.write(
                directory.resolve("vae.yaml"), TinyRecipes.vae(out).replace("steps: 4", "steps: 5"));
        CommandRun.of("train", "vae", "--config", config, "--resume")
                .refused("checkpoint.safetensors", "other options");
    }

    @Test
    void aCheckpointFromOtherWeightsIsRefused() throws IOException {
        Path out = directory.resolve("second-look");
        Path start = secondLook();
        Path config =
                TinyRecipes.write(directory.resolve("other.yaml"), TinyRecipes.alignment(out) + "\nstart: " + start);
        CommandRun.of("train", "alignment", "--config", config, "--resume")
                .refused("checkpoint.safetensors was made from other weights", "start=" + Sha256.of(alignment));
    }

    @Test
    void theDemosRecipesCanBeRead() throws IOException {
        Path demo = Path.of("").toAbsolutePath().resolveSibling("recipes").resolve("demo");
        VaeRecipe first = Recipes.read(demo.resolve("vae.yaml"), VaeRecipe.class);
        StructureRecipe second = Recipes.read(demo.resolve("structure.yaml"), StructureRecipe.class);
        AlignmentRecipe aligner = Recipes.read(demo.resolve("alignment.yaml"), AlignmentRecipe.class);
        RefinerRecipe refining = Recipes.read(demo.resolve("refiner.yaml"), RefinerRecipe.class);
        DiffusionRecipe third = Recipes.read(demo.resolve("diffusion.yaml"), DiffusionRecipe.class);
        assertThat(third.network().latentChannels()).isEqualTo(first.network().latentChannels());
        assertThat(third.network().structureDimension())
                .isEqualTo(second.network().dimension());
        assertThat(third.data().side()).isEqualTo(first.data().side());
        assertThat(aligner.data()).isEqualTo(third.data());
        assertThat(refining.data()).isEqualTo(third.data());
    }

    @Test
    void helpHasExamples() {
        assertThat(CommandRun.of("train", "--help").done().out().lines().collect(Collectors.joining("\n")))
                .contains("ragdiff train vae --config", "--resume");
    }
}
