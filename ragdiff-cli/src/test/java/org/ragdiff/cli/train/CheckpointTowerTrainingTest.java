package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.vision.HiddenActivation;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig.Kind;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;

/** A StructureNet on towers of checkpoints: trained by a recipe, then a part of a model folder like any other. */
class CheckpointTowerTrainingTest {
    @TempDir
    Path directory;

    private Path checkpoint(Kind kind) throws IOException {
        Path folder = directory.resolve(kind.name());
        VisionConfig shape =
                new VisionConfig(kind, 8, 16, 1, 2, 3, 32, 16, HiddenActivation.GELU, 1e-5, kind == Kind.CLIP ? 6 : 0);
        try (VisionEncoder encoder = VisionEncoder.random(shape, 3)) {
            encoder.save(folder, Dtype.F16);
        }
        Files.writeString(folder.resolve("preprocessor_config.json"), "{\"size\": 32}");
        return folder;
    }

    private Path recipe(String wild, String standard) throws IOException {
        return TinyRecipes.write(
                directory.resolve("structure.yaml"), TinyRecipes.structure(directory.resolve("out"), wild, standard));
    }

    private static String tower(int side, Path folder, String more) {
        return "{backbone: checkpoint, side: " + side + ", hidden: 12, checkpoint: {folder: " + folder + more + "}}";
    }

    @Test
    void whatWasTrainedOnCheckpointsMakesAFlatLay() throws IOException {
        Path clip = checkpoint(Kind.CLIP);
        Path dino = checkpoint(Kind.DINOV2);
        Path recipe = recipe(tower(32, clip, ""), tower(48, dino, ", trainable: true"));
        withGroup(recipe, "standard.image.*");
        CommandRun.of("train", "structure", "--config", recipe).done();
        Path weights = directory.resolve("out/weights.safetensors");
        try (SafetensorsFile trained = SafetensorsFile.open(weights);
                SafetensorsFile frozen = SafetensorsFile.open(clip.resolve("model.safetensors"))) {
            for (String name : frozen.names()) {
                assertThat(values(trained, "wild.image." + name)).as(name).isEqualTo(values(frozen, name));
            }
            String moved = "encoder.layer.0.norm1.bias";
            try (SafetensorsFile start = SafetensorsFile.open(dino.resolve("model.safetensors"))) {
                assertThat(values(trained, "standard.image." + moved)).isNotEqualTo(values(start, moved));
            }
            Provenance provenance =
                    Provenance.fromMetadata(trained.metadata(), "weights").orElseThrow();
            assertThat(provenance.weights())
                    .containsEntry("wild", CheckpointFolder.fingerprint(clip))
                    .containsEntry("standard", CheckpointFolder.fingerprint(dino));
        }
        for (Path folder : List.of(clip, dino)) {
            Files.delete(folder.resolve("model.safetensors"));
        }
        useWithoutTheFolders(withAppearance(weights));
    }

    /** What is trained from the weights leaves both towers as they are. */
    private Path withAppearance(Path weights) throws IOException {
        Path out = directory.resolve("appearance");
        Path recipe = TinyRecipes.write(directory.resolve("appearance.yaml"), TinyRecipes.appearance(out, weights));
        CommandRun.of("train", "appearance", "--config", recipe).done();
        Path larger = out.resolve("weights.safetensors");
        try (SafetensorsFile before = SafetensorsFile.open(weights);
                SafetensorsFile after = SafetensorsFile.open(larger)) {
            for (String name : before.names()) {
                assertThat(values(after, name)).as(name).isEqualTo(values(before, name));
            }
        }
        return larger;
    }

    private void useWithoutTheFolders(Path weights) throws IOException {
        ModelFiles model = new ModelFiles(Files.createDirectory(directory.resolve("model")));
        Files.copy(weights, model.structure());
        TinyModel.writeVae(model.vae(), TinyModel.vaeConfig(), 2, TinyModel.SIDE);
        TinyModel.writeDiffusion(model.diffusion(), TinyModel.unetConfig(), 3, TinyModel.fingerprint(model.vae()));
        CommandRun.of("index", "build", "--synth", 20, "--model", model.directory(), "--out", model.database())
                .done();
        Path photo = Pictures.write(directory.resolve("photo.png"), Pictures.garment(64, 64, 12, 8, 40, 48));
        List<Object> words = new ArrayList<>(List.of("generate", "--image", photo, "--model", model.directory()));
        Path out = directory.resolve("flat.png");
        words.addAll(List.of("--out", out, "--steps", 2));
        CommandRun.of(words.toArray()).done();
        assertThat(ImageFiles.read(out).width()).isEqualTo(TinyModel.SIDE);

        TinyModel.writeStructure(model.structure(), TinyModel.structureConfig(), 1);
        CommandRun.of(words.toArray()).refused("encoder");
    }

    private static float[] values(SafetensorsFile file, String name) throws IOException {
        try (INDArray w = file.readFloat(name)) {
            return HostArrays.read(w);
        }
    }

    @Test
    void towersThatDoNotSuitAreRefused() throws IOException {
        Path clip = checkpoint(Kind.CLIP);
        String good = tower(32, clip, "");
        refused(tower(32, directory.resolve("none"), ""), good, "none");
        Path frozen = recipe(good, good);
        withGroup(frozen, "wild.image.*");
        CommandRun.of("train", "structure", "--config", frozen).refused("wild.image.*", "matches none");
        refused(good, tower(40, clip, ""), "structure.yaml: network.standard: side must be a multiple of 16", "40");
        refused(tower(32, clip, ", frozen: true"), good, "network.wild.checkpoint.frozen: unknown key", "trainable");
        refused("{backbone: checkpoint, side: 32, hidden: 12}", good, "network.wild", "checkpoint: {folder: …}");
        refused("{backbone: conv, side: 32, hidden: 12}", good, "network.wild", "channels must be 4 numbers");
        refused("{backbone: clip, side: 32, hidden: 12}", good, "network.wild", "[conv, vit, checkpoint]");
        refused(tower(48, clip, "").replace("side: 48", "side: 528"), good, "528");
        Files.writeString(clip.resolve("preprocessor_config.json"), "{\"do_pad\": true}");
        refused(good, good, "preprocessor_config.json", "do_pad");
        Files.delete(clip.resolve("preprocessor_config.json"));
        refused(good, good, "preprocessor_config.json");
        Files.delete(clip.resolve("config.json"));
        refused(good, good, "config.json");
        assertThat(directory.resolve("out/weights.safetensors")).doesNotExist();
    }

    /** Gives parameters a learning rate of their own. */
    private static void withGroup(Path recipe, String match) throws IOException {
        String groups = "checkpointing: true, groups: [{match: '" + match + "', learningRate: 2.0e-3}]}";
        Files.writeString(recipe, Files.readString(recipe).replace("checkpointing: false}", groups));
    }

    private void refused(String wild, String standard, String... words) throws IOException {
        CommandRun.of("train", "structure", "--config", recipe(wild, standard)).refused(words);
    }
}
