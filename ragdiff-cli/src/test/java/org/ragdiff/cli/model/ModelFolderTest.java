package org.ragdiff.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.pipeline.GenerationResult;
import org.ragdiff.diffusion.pipeline.PipelineParts;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.retrieval.database.LuceneDatabase;

class ModelFolderTest {
    @TempDir
    Path directory;

    private ModelFiles files;

    @BeforeEach
    void write() {
        files = TinyModel.write(directory.resolve("model"));
    }

    @Test
    void aModelGenerates() throws IOException {
        try (ModelFolder model = ModelFolder.open(files)) {
            PipelineParts parts = model.parts();
            assertThat(parts.side()).isEqualTo(TinyModel.SIDE);
            assertThat(parts.database().count()).isEqualTo(TinyModel.GARMENTS);
            assertThat(model.weights())
                    .containsOnlyKeys("structure", "vae", "diffusion")
                    .containsEntry("vae", Sha256.of(files.vae()));
            GenerationRequest request =
                    GenerationRequest.of(new RectangleGarments(1, 40).get(0).standard());
            List<GenerationResult> results = new FlatLayPipeline(parts)
                    .generate(List.of(request), GenerationOptions.defaults().withSteps(2), StepListener.NONE);
            assertThat(results.get(0).image().width()).isEqualTo(TinyModel.SIDE);
        }
    }

    @Test
    void databaseEntriesAreTheEncodersOwn() throws IOException {
        try (ModelFolder model = ModelFolder.open(files)) {
            LuceneDatabase database = model.database();
            RectangleGarments garments = new RectangleGarments(TinyModel.GARMENTS, TinyModel.SIDE);
            StructureEntry entry = database.get("garment-5").orElseThrow();
            // Stored with 16 bits a value.
            assertThat(entry.embedding())
                    .containsExactly(
                            model.encoder()
                                    .encodeStandards(
                                            List.of(garments.get(5).standard()),
                                            List.of(garments.get(5).silhouette()))
                                    .get(0),
                            offset(1e-4f));
            assertThat(entry.attributes()).isEqualTo(garments.get(5).attributes());
            assertThat(entry.group()).isEqualTo("group-2");
            // Two cells of the field for each pixel: the silhouette, up to the outline's own cells.
            assertThat(entry.field().toSilhouette().iou(twice(garments.get(5).silhouette())))
                    .isGreaterThan(0.95);
            assertThat(database.thumbnail("garment-5")).isPresent();
        }
    }

    private static Silhouette twice(Silhouette s) {
        int side = 2 * s.width();
        boolean[] inside = new boolean[side * side];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = s.at(i % side / 2, i / side / 2);
        }
        return new Silhouette(side, side, inside);
    }

    @Test
    void missingPartsAreNamed() throws IOException {
        Files.delete(files.diffusion());
        assertThatThrownBy(() -> ModelFolder.open(files))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("lacks diffusion.safetensors")
                .hasMessageContaining("--model");
        assertThatThrownBy(() -> ModelFolder.open(new ModelFiles(directory.resolve("nothing"))))
                .hasMessageContaining("no model folder");
    }

    @Test
    void aDenoiserOfAnotherCodecIsRefused() throws IOException {
        TinyModel.writeVae(files.vae(), TinyModel.vaeConfig(), 77, TinyModel.SIDE);
        assertThatThrownBy(() -> ModelFolder.open(files))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("do not belong together")
                .hasMessageContaining(TinyModel.fingerprint(files.vae()));
    }

    @Test
    void dimensionsMustFit() throws IOException {
        TinyModel.writeDiffusion(files.diffusion(), TinyModel.unetConfig().withStructureDimension(9), 3, null);
        assertThatThrownBy(() -> ModelFolder.open(files)).hasMessageContaining("length 9, the encoder gives 8");
        TinyModel.writeDiffusion(files.diffusion(), TinyModel.unetConfig().withLatentChannels(5), 3, null);
        assertThatThrownBy(() -> ModelFolder.open(files)).hasMessageContaining("5 channels, the VAE of 3");
        TinyModel.writeDiffusion(files.diffusion(), TinyModel.unetConfig(), 3, null);
        TinyModel.writeVae(files.vae(), TinyModel.vaeConfig(), 2, 36);
        assertThatThrownBy(() -> ModelFolder.open(files)).hasMessageContaining("36 pixels");
    }

    @Test
    void databasesOfAnotherEncoderAndEmptyOnesAreRefused() throws IOException {
        TinyModel.writeDatabase(directory.resolve("empty"), files, 0);
        TinyModel.writeStructure(files.structure(), TinyModel.structureConfig(), 42);
        TinyModel.writeDatabase(directory.resolve("other"), files, 3);
        try (ModelFolder model = ModelFolder.open(files)) {
            assertThatThrownBy(model::parts)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another encoder")
                    .hasMessageContaining("rebuild it");
            assertThat(model.database(directory.resolve("other")).count()).isEqualTo(3);
            TinyModel.writeDatabase(directory.resolve("empty"), files, 0);
            assertThatThrownBy(() -> model.database(directory.resolve("empty")))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("is empty");
        }
    }
}
