package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.cli.RagdiffCommand;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.align.AlignmentConfig;
import org.ragdiff.diffusion.align.AlignmentNet;
import org.ragdiff.diffusion.align.AlignmentWeights;
import org.ragdiff.diffusion.unet.DenoisingUnet;

/** A denoiser of 3 latent channels is moved to a VAE of 16 by the commands, in stages, and makes a flat-lay. */
class AdaptationTest {
    private static final String NEW = "conv_in.*, conv_out.*, reference_net.conv_in.*";
    private static final String STAGES = "stages: [{steps: 6, learningRate: 1.0e-2, train: [" + NEW + "]},"
            + " {steps: 8, learningRate: 5.0e-3, train: [" + NEW + ", down_blocks.0.*, up_blocks.1.*]}, {steps: 8}]";
    private static final String FIRST = "(reference_net\\.)?conv_in\\..*|conv_out\\..*";
    private static final String SECOND = FIRST + "|down_blocks\\.0\\..*|up_blocks\\.1\\..*";

    @TempDir
    static Path shared;

    private static Path vae;
    private static Path vae16;
    private static Path structure;
    private static Path alignment;
    private static Path base;
    private static Path adapted;
    private static Path stopped;

    @TempDir
    Path directory;

    @BeforeAll
    static void trainAll() throws IOException {
        vae = trained("vae", TinyRecipes.vae(shared.resolve("vae")));
        Path wider = TinyRecipes.write(
                shared.resolve("vae16.yaml"),
                TinyRecipes.vae(shared.resolve("vae16")).replace("latentChannels: 3", "latentChannels: 16"));
        CommandRun.of("train", "vae", "--config", wider).done();
        vae16 = shared.resolve("vae16/weights.safetensors");
        structure = trained("structure", TinyRecipes.structure(shared.resolve("structure")));
        alignment = shared.resolve("alignment.safetensors");
        AlignmentConfig shape = new AlignmentConfig(32, 2, List.of(4, 8), 1, 4, 2);
        try (AlignmentNet untrained = new AlignmentNet(new SplittableRandom(5), shape)) {
            SafetensorsWriter.write(alignment, untrained.state(), Dtype.F16, AlignmentWeights.metadata(shape));
        }
        base = trained("diffusion", TinyRecipes.diffusion(shared.resolve("diffusion"), vae, structure, alignment));
        adapted = shared.resolve("adapted");
        stopped = shared.resolve("stopped");
        adaptAndKeepStepNine();
    }

    private static Path trained(String network, String recipe) throws IOException {
        Path config = TinyRecipes.write(shared.resolve(network + ".yaml"), recipe);
        CommandRun.of("train", network, "--config", config).done();
        return shared.resolve(network).resolve("weights.safetensors");
    }

    /** From the base to the other VAE, in 22 steps; a checkpoint each 9, and at the ends of stages. */
    private static String adaptation(Path out) {
        return TinyRecipes.diffusion(out, vae16, structure, alignment)
                        .replace("latentChannels: 3", "latentChannels: 16")
                        .replace("start: null", "start: " + base)
                        .replace("steps: 4", "steps: 22")
                        .replace("checkpointEvery: 2", "checkpointEvery: 9")
                        .replace("checkpointing: false}", "checkpointing: false, " + STAGES + "}")
                + "anew: [" + NEW + "]\n";
    }

    /** What a run has on the disk that is killed in the second stage, in step 10, after the checkpoint of step 9. */
    private static void adaptAndKeepStepNine() throws IOException {
        Path config = TinyRecipes.write(shared.resolve("adapted.yaml"), adaptation(adapted));
        Files.createDirectory(stopped);
        PrintWriter watching = new PrintWriter(Writer.nullWriter()) {
            @Override
            public void println(Object line) {
                try {
                    if (line.toString().startsWith("step 7 ")) {
                        Files.copy(adapted.resolve("checkpoint.safetensors"), shared.resolve("first.safetensors"));
                    }
                    if (line.toString().startsWith("step 10 ")) {
                        for (String file : List.of("checkpoint.safetensors", "log.jsonl", "features.bin")) {
                            Files.copy(adapted.resolve(file), stopped.resolve(file));
                        }
                        Files.copy(adapted.resolve("checkpoint.safetensors"), shared.resolve("second.safetensors"));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        assertThat(RagdiffCommand.execute(watching, watching, "train", "diffusion", "--config", config.toString()))
                .isZero();
    }

    private static Map<String, float[]> arrays(Path file) throws IOException {
        Map<String, float[]> arrays = new TreeMap<>();
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            for (String name : f.names()) {
                try (INDArray a = f.readFloat(name)) {
                    arrays.put(name, HostArrays.read(a));
                }
            }
        }
        return arrays;
    }

    private static Map<String, String> metadata(Path file) throws IOException {
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            return Map.copyOf(f.metadata());
        }
    }

    @Test
    void whatAStageDoesNotTrainIsTheBasesToTheBit() throws IOException {
        Map<String, float[]> before = arrays(base);
        Map<String, float[]> first = arrays(shared.resolve("first.safetensors"));
        Map<String, float[]> second = arrays(shared.resolve("second.safetensors"));
        Map<String, float[]> end = arrays(adapted.resolve("checkpoint.safetensors"));
        before.forEach((name, old) -> {
            float[] afterFirst = first.get("weight." + name);
            float[] afterSecond = second.get("weight." + name);
            assertThat(Arrays.equals(afterFirst, old)).as(name).isEqualTo(!name.matches(FIRST));
            assertThat(Arrays.equals(afterSecond, afterFirst)).as(name).isEqualTo(!name.matches(SECOND));
            assertThat(end.get("weight." + name)).as(name).isNotEqualTo(afterSecond);
            assertThat(first.containsKey("m." + name)).as(name).isEqualTo(name.matches(FIRST));
        });
        assertThat(first.get("weight.conv_in.weight")).hasSize(6 * 16 * 9);
        assertThat(first.get("weight.conv_out.weight")).hasSize(16 * 6 * 9);
        assertThat(first.get("weight.reference_net.conv_in.weight")).hasSize(4 * 17 * 9);
    }

    @Test
    void aRunThatIsKilledInTheSecondStageGoesOnThereToTheSameBits() throws IOException {
        Path config = TinyRecipes.write(directory.resolve("stopped.yaml"), adaptation(stopped));
        CommandRun run = CommandRun.of("train", "diffusion", "--config", config, "--resume")
                .done();
        assertThat(run.err()).contains("step 10 ", "step 22 ").doesNotContain("step 9 ");
        for (String file : List.of("checkpoint.safetensors", "weights.safetensors")) {
            Map<String, float[]> expected = arrays(adapted.resolve(file));
            Map<String, float[]> got = arrays(stopped.resolve(file));
            assertThat(got.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, a) -> assertThat(got.get(name)).as(name).isEqualTo(a));
        }
    }

    @Test
    void provenanceNamesTheBaseAndEachStage() throws IOException {
        Path weights = adapted.resolve("weights.safetensors");
        Provenance provenance =
                Provenance.fromMetadata(metadata(weights), weights.toString()).orElseThrow();
        assertThat(provenance.weights()).containsEntry("start", Sha256.of(base));
        assertThat(provenance.protocol())
                .isEqualTo("in stages: 6 steps of " + NEW + " at 0.01; 8 steps of " + NEW
                        + ", down_blocks.0.*, up_blocks.1.* at 0.005; 8 steps of *");
        assertThat(metadata(weights).get("ragdiff.step")).isEqualTo("22");
    }

    @Test
    void whatWasAdaptedMakesAFlatLay() throws IOException {
        ModelFiles model = new ModelFiles(directory.resolve("model"));
        Files.createDirectory(model.directory());
        Files.copy(vae16, model.vae());
        Files.copy(structure, model.structure());
        Files.copy(alignment, model.alignment());
        Files.copy(adapted.resolve("weights.safetensors"), model.diffusion());
        CommandRun.of("index", "build", "--synth", 20, "--model", model.directory(), "--out", model.database())
                .done();
        try (ModelFolder opened = ModelFolder.open(model)) {
            assertThat(opened.codec().channels()).isEqualTo(16);
            assertThat(opened.denoiser().config().latentChannels()).isEqualTo(16);
        }
        assertThat(new ObjectMapper().readTree(metadata(vae16).get("ragdiff.latents_std")))
                .hasSize(16);
        Path photo = Pictures.write(directory.resolve("photo.png"), Pictures.garment(64, 64, 12, 8, 40, 48));
        Path out = directory.resolve("flat.png");
        CommandRun.of("generate", "--image", photo, "--out", out, "--model", model.directory(), "--steps", 3)
                .done();
        assertThat(ImageFiles.read(out).width()).isEqualTo(32);
    }

    private CommandRun adaptWith(String from, String to) throws IOException {
        String recipe = adaptation(directory.resolve("out"));
        assertThat(recipe).contains(from);
        Path config = TinyRecipes.write(directory.resolve("bad.yaml"), recipe.replace(from, to));
        CommandRun run = CommandRun.of("train", "diffusion", "--config", config);
        assertThat(directory.resolve("out/features.bin")).doesNotExist();
        return run;
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsComputed() throws IOException {
        String anew = "anew: [" + NEW + "]";
        adaptWith(anew, "anew: [conv_out.*]")
                .refused(
                        base.toString(),
                        "wrong shape: conv_in.weight [6, 3, 3, 3], expected [6, 16, 3, 3]",
                        "reference_net.conv_in.weight [4, 4, 3, 3], expected [4, 17, 3, 3]",
                        "list under anew what depends on them");
        adaptWith("anew: [", "anew: [conv_im.*, ").refused("\"conv_im.*\" of what is anew matches none", "conv_in.");
        adaptWith("start: " + base, "start: " + directory.resolve("none"))
                .refused("start is " + directory.resolve("none"), "which is no file");
        adaptWith("start: " + base, "start: " + vae).refused(vae.toString(), "unexpected: [decoder.");
        adaptWith("start: " + base, "start: null").refused("bad.yaml", "anew says what is not taken from start");
        adaptWith(anew, anew + "\nlora: {rank: 2, alpha: 2}").refused("bad.yaml", "and no lora");
        adaptWith("{steps: 8}", "{steps: 7}")
                .refused("bad.yaml: trainer", "the stages have 21 steps in all, expected steps, 22");
        adaptWith("down_blocks.0.*", "down_block.0.*").refused("\"down_block.0.*\"", "down_blocks.0.");
        adaptWith("{steps: 8}", "{steps: 8, train: []}").refused("bad.yaml: trainer.stages.2", "train of a stage is");
        adaptWith("{steps: 8}", "{train: ['*']}").refused("bad.yaml: trainer.stages.2.steps: is missing");
    }

    /** Arms of an ablation differ in what is ablated; all fit the model that is shipped. */
    @Test
    void theArmsOfTheAblationDifferInStartAndStagesAlone() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        VaeRecipe wide = Recipes.read(root.resolve("recipes/demo/vae16.yaml"), VaeRecipe.class);
        assertThat(wide.network().latentChannels()).isEqualTo(16);
        ObjectNode expected = null;
        for (String name : List.of("pgea", "direct", "scratch")) {
            String text = Files.readString(root.resolve("recipes/ablation/decoding-" + name + ".yaml"));
            Path here = TinyRecipes.write(
                    directory.resolve(name + ".yaml"), text.replace("models/demo/", root + "/models/demo/"));
            DiffusionRecipe recipe = Recipes.read(here, DiffusionRecipe.class);
            assertThat(recipe.out()).isEqualTo(Path.of("out/train/decoding-" + name));
            assertThat(recipe.start() == null).isEqualTo(name.equals("scratch"));
            assertThat(recipe.trainer().stages().isEmpty()).isEqualTo(!name.equals("pgea"));
            assertThat(recipe.network().latentChannels()).isEqualTo(16);
            assertThat(recipe.vae()).isEqualTo(wide.out().resolve("weights.safetensors"));
            assertThat(recipe.data()).isEqualTo(wide.data());
            ObjectNode rest = (ObjectNode) new YAMLMapper().readTree(text);
            rest.remove(List.of("out", "start", "anew"));
            ((ObjectNode) rest.get("trainer")).remove("stages");
            expected = expected == null ? rest : expected;
            assertThat(rest).isEqualTo(expected);
            try (DenoisingUnet unet = new RecipeUnets(recipe).start()) {
                recipe.trainer().requireFit(unet.parameters().keySet());
            }
        }
    }
}
