package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.eval.report.ContactSheet;
import org.ragdiff.retrieval.database.LuceneDatabase;

/**
 * Trains a model's refiner and denoiser further on a few pairs of its user's, and measures them before and after on a
 * fifth of their groups that they do not see. The other networks stay; the database gets the training garments.
 */
final class FineTuning {
    private static final double HELD_OUT_SHARE = 0.2;
    private static final int FEWEST_GROUPS = 5;
    private static final int CELL = 128;

    private final ModelFiles start;
    private final FineTuneFiles out;
    private final FineTuneOptions options;
    private final String command;

    /** @param command line, for provenance */
    FineTuning(ModelFiles start, Path out, FineTuneOptions options, String command) {
        this.start = start.requireWeights();
        this.out = new FineTuneFiles(new ModelFiles(out));
        this.options = options;
        this.command = command;
    }

    /**
     * What came of it.
     *
     * @param trained pairs that were learned from
     * @param heldOut pairs that were not
     * @param before figures of the model that it started from
     * @param after figures of the fine-tuned model
     */
    record Outcome(int trained, int heldOut, Map<String, Double> before, Map<String, Double> after) {
        boolean improved() {
            return after.get(HeldOutFigures.LOSS) < before.get(HeldOutFigures.LOSS);
        }
    }

    /** @param pairs at the model's side */
    Outcome run(Dataset pairs, boolean resume, TrainingListener listener) throws IOException {
        Set<String> held = heldOutGroups(pairs);
        Dataset own = pairs.ofGroups(g -> !held.contains(g));
        Dataset others = pairs.ofGroups(held::contains);
        out.requireFree(resume);
        FineTuneFeatures features;
        Optional<RefinerTuning.Outcome> refined;
        HeldOutFigures.Measured before;
        Path denoiser;
        try (ModelFolder model = ModelFolder.open(start)) {
            out.start(start, model.encoder(), own);
            features = FineTuneFeatures.of(model, out, own, others, options.seed());
            refined = refine(features, resume);
            before = figures(model, features, others, refined.map(RefinerTuning.Outcome::before));
            listener.onLog(0, before.figures());
            denoiser = new DenoiserTuning(features, options)
                    .run(model, out.work(), provenance("diffusion", features, start.diffusion()), resume, listener);
        }
        out.finish(denoiser, refined.filter(RefinerTuning.Outcome::improved).map(RefinerTuning.Outcome::weights));
        HeldOutFigures.Measured after;
        try (ModelFolder model = ModelFolder.open(out.model())) {
            after = figures(model, features, others, refined.map(RefinerTuning.Outcome::kept));
        }
        Outcome outcome = new Outcome(own.files().size(), others.files().size(), before.figures(), after.figures());
        write(outcome, before, after, pairs);
        return outcome;
    }

    /** A fifth of the groups, chosen by their names alone. */
    private static Set<String> heldOutGroups(Dataset pairs) {
        Set<String> held = GroupSplit.heldOutShare(
                pairs.files().stream().map(f -> f.group()).toList(), HELD_OUT_SHARE);
        long groups = pairs.files().stream().map(f -> f.group()).distinct().count();
        if (groups < FEWEST_GROUPS) {
            throw new BadInputException("there are " + groups + " groups of garments, expected at least "
                    + FEWEST_GROUPS + ", of which a fifth is held out to see whether the model improves");
        }
        return held;
    }

    /** The denoiser learns from landmarks as they were: those of the pairs that both learn from would be too good now. */
    private Optional<RefinerTuning.Outcome> refine(FineTuneFeatures features, boolean resume) throws IOException {
        if (features.landmarks().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RefinerTuning(start.refiner(), out.refinerWork(), options)
                .run(features.landmarks().get(), provenance("refiner", features, start.refiner()), resume));
    }

    private HeldOutFigures.Measured figures(
            ModelFolder model, FineTuneFeatures features, Dataset others, Optional<Double> landmarkIou)
            throws IOException {
        Map<String, Double> ofAll = new LinkedHashMap<>();
        ofAll.put(HeldOutFigures.LOSS, new DenoiserTuning(features, options).loss(model));
        landmarkIou.ifPresent(iou -> ofAll.put(HeldOutFigures.LANDMARK_IOU, iou));
        LuceneDatabase database = model.database(out.model().database());
        return HeldOutFigures.of(model, database, others.pairs(options.seed()), options.generated(), ofAll);
    }

    private Provenance provenance(String network, FineTuneFeatures features, Path from) throws IOException {
        return Provenance.of(network + "-weights", command, options.seed())
                .withConfigHash(Sha256.of(options.toString()))
                .withDataHash(Sha256.of(features.data()))
                .withWeights("start", Sha256.of(from));
    }

    private void write(Outcome outcome, HeldOutFigures.Measured before, HeldOutFigures.Measured after, Dataset pairs)
            throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("command", command);
        all.put("pairs", pairs.fingerprint());
        all.put("trainedPairs", outcome.trained());
        all.put("heldOutPairs", outcome.heldOut());
        all.put("options", options);
        all.put("before", outcome.before());
        all.put("after", outcome.after());
        OutputPaths.writeJson(out.results(), all);
        List<RgbImage> rows = new ArrayList<>();
        for (int i = 0; i < before.pairs().size(); i++) {
            rows.add(before.pairs().get(i).wild());
            rows.add(before.pairs().get(i).standard());
            rows.add(before.results().get(i));
            rows.add(after.results().get(i));
        }
        ImageFiles.writePng(out.sheet(), ContactSheet.grid(rows, 4, CELL), Map.of("Software", "ragdiff"));
    }
}
