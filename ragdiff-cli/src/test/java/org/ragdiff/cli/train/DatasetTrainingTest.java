package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.align.Unaligned;

/** Trainings on photos and flats of a data set, without made photos. */
class DatasetTrainingTest {
    private static final int PAIRS = 24;

    @TempDir
    static Path shared;

    private static Path pairs;

    @BeforeAll
    static void madePairs() {
        pairs = shared.resolve("pairs");
        CommandRun.of("data", "synth", "--count", PAIRS, "--side", 48, "--pairs", "--out", pairs)
                .done();
    }

    private static String dataset(String recipe, String kind, Path root) {
        String from = "data: {photos: null, synthetic: 12,";
        assertThat(recipe).contains(from);
        return recipe.replace(
                from,
                "data: {photos: null, dataset: {kind: " + kind + ", root: " + root + ", split: all}, synthetic: 0,");
    }

    private static CommandRun train(String network, String recipe) throws IOException {
        Path config = TinyRecipes.write(shared.resolve(network + ".yaml"), recipe);
        return CommandRun.of("train", network, "--config", config);
    }

    @Test
    void networksLearnFromPairs() throws IOException {
        train("vae", dataset(TinyRecipes.vae(shared.resolve("vae")), "pairs", pairs))
                .done();
        train("structure", dataset(TinyRecipes.structure(shared.resolve("structure")), "pairs", pairs))
                .done();
        Path vae = shared.resolve("vae/weights.safetensors");
        Path structure = shared.resolve("structure/weights.safetensors");
        train("alignment", TinyRecipes.alignment(shared.resolve("alignment"))).done();
        Path alignment = shared.resolve("alignment/weights.safetensors");
        Path out = shared.resolve("diffusion");
        train("diffusion", dataset(TinyRecipes.diffusion(out, vae, structure, alignment), "pairs", pairs))
                .done();
        assertThat(out.resolve("weights.safetensors")).exists();
        Path plain = shared.resolve("plain");
        train("diffusion", dataset(TinyRecipes.diffusion(plain, vae, structure, null), "pairs", pairs))
                .done();
        assertThat(StoredWeights.open(plain).text(ModelFolder.ALIGNMENT))
                .isEqualTo(Unaligned.FINGERPRINT)
                .isNotEqualTo(StoredWeights.open(out).text(ModelFolder.ALIGNMENT));
        opensWithoutAligner(vae, structure, plain.resolve("weights.safetensors"));
        train("appearance", dataset(TinyRecipes.appearance(shared.resolve("appearance"), structure), "pairs", pairs))
                .refused("makes its photos");
        train("appearance", dataset(TinyRecipes.appearance(shared.resolve("appearance"), structure), "flats", flats()))
                .done();
    }

    /** What was trained on photos as they are makes a model by itself. */
    private static void opensWithoutAligner(Path vae, Path structure, Path diffusion) throws IOException {
        ModelFiles model = new ModelFiles(Files.createDirectories(shared.resolve("unaligned")));
        Files.copy(vae, model.vae());
        Files.copy(structure, model.structure());
        Files.copy(diffusion, model.diffusion());
        try (ModelFolder opened = ModelFolder.open(model)) {
            assertThat(opened.denoiser().readsVisibility()).isTrue();
            assertThat(opened.trainedAligner().fingerprint()).isEqualTo(Unaligned.FINGERPRINT);
        }
    }

    /** The standard images alone. */
    private static Path flats() throws IOException {
        Path folder = Files.createDirectories(shared.resolve("flats"));
        try (var files = Files.list(pairs)) {
            for (Path f :
                    files.filter(f -> f.toString().matches(".*[0-9]\\.png")).toList()) {
                Files.copy(f, folder.resolve(f.getFileName()));
            }
        }
        assertThat(folder.toFile().list()).hasSize(PAIRS);
        return folder;
    }

    @Test
    void heldOutGroupsAreNotTrainedOn() throws IOException {
        DatasetRecipe recipe = new DatasetRecipe("pairs", pairs, "all", null, null);
        TrainingData.Opened opened = new TrainingData(null, recipe, 5, 1, 32, null, null).open((done, all) -> {});
        PairSource training = opened.own().mirroredPairs(WildViewOptions.easy().withSide(32), 1);
        assertThat(training.garments()).isEqualTo(2 * opened.own().garments().size());
        for (int i = 0; i < training.garments(); i++) {
            GarmentPair pair = training.pair(i);
            // Those that are drawn anew (of seed 1) have no side.
            if (!pair.group().startsWith("procedural-1-")) {
                assertThat(GroupSplit.isHeldOut(pair.group())).as(pair.id()).isFalse();
            }
            assertThat(pair.wild().width()).isEqualTo(32);
        }
        PairSource heldOut = opened.others().pairs(WildViewOptions.easy().withSide(32), 1);
        for (int i = 0; i < heldOut.garments(); i++) {
            assertThat(GroupSplit.isHeldOut(heldOut.pair(i).group())).isTrue();
        }
        assertThat(opened.own().garments().size() + heldOut.garments()).isEqualTo(PAIRS + 5);
    }

    @Test
    void excludedCategoriesAreNotTrainedOn() throws IOException {
        List<Category> excluded = List.of(Category.SKIRT, Category.PANTS);
        GarmentStore all = new TrainingData(null, null, 60, 1, 32, null, null)
                .open((done, n) -> {})
                .training();
        GarmentStore some = new TrainingData(null, null, 60, 1, 32, null, excluded)
                .open((done, n) -> {})
                .training();
        List<String> expected = IntStream.range(0, all.size())
                .filter(i -> !excluded.contains(all.get(i).attributes().category()))
                .mapToObj(all::id)
                .toList();
        assertThat(IntStream.range(0, some.size()).mapToObj(some::id)).isEqualTo(expected);
        assertThat(expected).hasSizeBetween(30, 59);
        assertThat(some.fingerprint()).isNotEqualTo(all.fingerprint());
        DatasetRecipe recipe = new DatasetRecipe("pairs", pairs, "all", null, null);
        assertThatThrownBy(() -> new TrainingData(null, recipe, 5, 1, 32, null, excluded))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SKIRT");
    }

    @Test
    void badDatasetsNameTheKey() throws IOException {
        String recipe = TinyRecipes.vae(shared.resolve("bad"));
        train("vae", dataset(recipe, "viton", pairs)).refused("data.dataset", "viton", "viton-hd");
        train("vae", dataset(recipe, "pairs", pairs).replace("split: all", "split: most"))
                .refused("data.dataset", "split is \"most\", expected one of [train, test, all]");
        train("vae", dataset(recipe, "pairs", pairs).replace("split: all", "split: all, unreadable: mend"))
                .refused("unreadable is \"mend\"", "skip");
        CommandRun wrong = train("vae", dataset(recipe, "viton-hd", pairs));
        assertThat(wrong.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(wrong.err()).contains("train_pairs.txt is missing", "Expected:", "Found:", "pairs.csv");
    }
}
