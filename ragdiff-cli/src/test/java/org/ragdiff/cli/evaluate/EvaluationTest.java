package org.ragdiff.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.cli.model.RectangleGarments;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.eval.GarmentResult;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.Scorer;

class EvaluationTest {
    @TempDir
    static Path directory;

    private static ModelFolder model;

    @BeforeAll
    static void open() throws Exception {
        model = ModelFolder.open(TinyModel.write(directory.resolve("model")));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** The garments of the database, photographed as they are. */
    private static final class Flat implements PairSource {
        private final RectangleGarments garments = new RectangleGarments(TinyModel.GARMENTS, TinyModel.SIDE);

        @Override
        public int garments() {
            return garments.size();
        }

        @Override
        public GarmentPair pair(long index) {
            StandardGarment g = garments.get((int) index);
            return new GarmentPair(
                    Resize.rgb(g.standard(), 40, 40, ResampleFilter.BICUBIC),
                    g.standard(),
                    g.silhouette(),
                    g.attributes(),
                    g.id(),
                    g.group(),
                    index / 20.0);
        }

        @Override
        public String fingerprint() {
            return "flat";
        }
    }

    private static PairedRun run(String aggregator, String... ablations) throws Exception {
        return new PairedRun(
                new FlatLayPipeline(model.parts(model.database(), aggregator)),
                // Strong guidance shows how products round by the batch's shape: a level of 255 here and there.
                GenerationOptions.defaults().withSteps(2).withSeed(9).withGuidance(GuidanceScales.plain(1.5)),
                List.of(ablations).stream().map(Ablation::byName).toList(),
                new ProtocolScorer(Protocol.V1));
    }

    @Test
    void theGarmentsOwnGroupIsNeverANeighbour() throws Exception {
        List<EvaluatedGarment> seen = new ArrayList<>();
        new Evaluation(run("slle", "none", "top1"), Optional.empty()).run(new Flat(), 3, seen::add);
        assertThat(seen).hasSize(3);
        for (EvaluatedGarment g : seen) {
            List<StructureEntry> neighbours = new ArrayList<>();
            g.full().retrieval().guidance().neighbours().stream()
                    .map(Neighbour::entry)
                    .forEach(neighbours::add);
            g.ablated().get("Top1").retrieval().guidance().neighbours().stream()
                    .map(Neighbour::entry)
                    .forEach(neighbours::add);
            // Twelve entries in groups of two: ten others, and the nearest of them once more.
            assertThat(neighbours).hasSize(11);
            assertThat(neighbours)
                    .noneMatch(e -> e.id().equals(g.pair().id())
                            || e.group().equals(g.pair().group()));
        }
    }

    @Test
    void resultsDoNotDependOnTheBatchAndAblationsShareTheNoise() throws Exception {
        GarmentPair last = new Flat().pair(8);
        EvaluatedGarment second =
                run("slle", "none").run(List.of(new Flat().pair(7), last), 7).get(1);
        EvaluatedGarment alone = run("slle", "none").run(List.of(last), 8).get(0);
        assertThat(alone.full().image()).isEqualTo(second.full().image());
        assertThat(alone.full().options().seed()).isEqualTo(17);
        assertThat(alone.ablated().get("NoRetrieval").options().seed()).isEqualTo(17);
        assertThat(alone.ablated().get("NoRetrieval").image())
                .isNotEqualTo(alone.full().image());
        // Dropping retrieval drops all that the database gives: another one changes nothing.
        EvaluatedGarment other = run("top1", "none").run(List.of(last), 8).get(0);
        assertThat(other.ablated().get("NoRetrieval").image())
                .isEqualTo(alone.ablated().get("NoRetrieval").image());
    }

    @Test
    void figuresAreThoseOfTheScorer() throws Exception {
        GarmentPair pair = new Flat().pair(3);
        EvaluatedGarment g =
                run("slle", "none", "decoded", "top1").run(List.of(pair), 3).get(0);
        ProtocolScorer scorer = new ProtocolScorer(Protocol.V1);
        assertThat(g.figures()).containsAllEntriesOf(scorer.compare(g.full().image(), pair));
        scorer.compare(g.ablated().get("Top1").image(), pair)
                .forEach((name, value) -> assertThat(g.figures()).containsEntry(name + "Top1", value));
        var truth = org.ragdiff.core.SignedDistanceField.of(pair.silhouette()).resize(64);
        assertThat(g.figures())
                .containsEntry(
                        "landmarkIou", Scorer.landmarkIou(g.full().retrieval().landmark(), truth))
                .containsEntry(
                        "landmarkIouTop1",
                        Scorer.landmarkIou(g.ablated().get("Top1").retrieval().landmark(), truth))
                .containsEntry(
                        "landmarkIouDecoded",
                        Scorer.landmarkIou(g.full().retrieval().query().field().orElseThrow(), truth))
                .containsKeys("landmarkIouMaskAverage", "landmarkIouField", "residual", "effectiveNeighbours")
                .doesNotContainKey("landmarkIouSlle");
        GarmentResult row = g.row();
        assertThat(row.id()).isEqualTo("garment-3");
        assertThat(row.label()).isEqualTo("t shirt");
        assertThat(row.hiddenShare()).isEqualTo(0.15);
    }

    @Test
    void aGalleryThatHoldsTheGarmentsAlreadyDoesNotGrow() throws Exception {
        Evaluation evaluation = new Evaluation(run("slle"), Optional.empty());
        List<GarmentResult> rows = evaluation.run(new Flat(), 3, g -> {});
        assertThat(evaluation.gallerySize()).isEqualTo(12);
        for (GarmentResult row : rows) {
            double rank = 1 / row.figures().get("reciprocalRank");
            assertThat(rank).isBetween(1.0, 12.0);
            assertThat(row.figures().get("recallAt5")).isEqualTo(rank <= 5.001 ? 1 : 0);
        }
    }

    @Test
    void wrongUseIsRefused() throws Exception {
        assertThatThrownBy(() -> Ablation.byName("magic")).hasMessageContaining("slle-mask");
        Evaluation evaluation = new Evaluation(run("slle"), Optional.empty());
        assertThatThrownBy(() -> evaluation.run(new Flat(), 0, g -> {})).hasMessageContaining("got 0");
    }
}
