package org.ragdiff.cli.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.measure.PairedFolders.Pair;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.eval.feature.FeatureExtractor;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.Preparation;

/**
 * Measures folders pair by pair: of each pair nothing is kept but its figures, and what {@link DistributionFigures} keeps.
 * Not thread-safe.
 */
final class MeasureRun {
    /** Pictures of a set that a network sees at a time. */
    private static final int BATCH = 8;

    private final MeasurementProtocol base;
    private final List<PairFigure> figures;
    private final Networks networks;

    MeasureRun(MeasurementProtocol base, List<PairFigure> figures, Networks networks) {
        this.base = base;
        this.figures = List.copyOf(figures);
        this.networks = networks;
    }

    /**
     * @throws IOException naming a picture that cannot be read
     * @throws BadInputException naming the pair and the figure that cannot be computed
     */
    MeasureResults run(PairedFolders folders) throws IOException {
        List<Pair> pairs = folders.pairs();
        FeatureExtractor network = networks.features().orElse(null);
        try (DistributionFigures sets = network == null ? null : new DistributionFigures(network, pairs.size())) {
            double[][] values = measure(pairs, sets);
            List<MeasuredFigure> out = new ArrayList<>();
            Map<String, double[]> byName = new LinkedHashMap<>();
            for (int f = 0; f < figures.size(); f++) {
                PairFigure figure = figures.get(f);
                out.add(MeasuredFigure.ofPairs(figure.protocol(), figure.name(), values[f]));
                byName.put(figure.name(), values[f]);
            }
            if (sets != null) {
                out.addAll(sets.figures(base));
            }
            return new MeasureResults(
                    base.name(),
                    out,
                    new TreeMap<>(Map.of("results", folders.resultsHash(), "truths", folders.truthsHash())),
                    networks.fingerprints(),
                    sets == null ? List.of() : sets.notes(),
                    folders.names(),
                    byName);
        }
    }

    /** By figure and pair. */
    private double[][] measure(List<Pair> pairs, DistributionFigures sets) throws IOException {
        double[][] values = new double[figures.size()][pairs.size()];
        List<RgbImage> results = new ArrayList<>();
        List<RgbImage> truths = new ArrayList<>();
        try (ProgressLine line = ProgressLine.start("Measuring", pairs.size())) {
            for (int i = 0; i < pairs.size(); i++) {
                RgbImage result = ImageFiles.read(pairs.get(i).result());
                RgbImage truth = ImageFiles.read(pairs.get(i).truth());
                pair(pairs.get(i), result, truth, values, i);
                if (sets != null) {
                    results.add(result);
                    truths.add(truth);
                    if (results.size() == BATCH || i == pairs.size() - 1) {
                        addTo(sets, results, truths, pairs.subList(i + 1 - results.size(), i + 1));
                    }
                }
                line.stepBy(1);
            }
        }
        return values;
    }

    private void pair(Pair pair, RgbImage result, RgbImage truth, double[][] values, int at) {
        Map<Preparation, PreparedPicture> results = new HashMap<>();
        Map<Preparation, PreparedPicture> truths = new HashMap<>();
        for (int f = 0; f < figures.size(); f++) {
            PairFigure figure = figures.get(f);
            String what = "pair " + pair.name() + ", " + figure.name() + ": ";
            double v;
            try {
                PreparedPicture a =
                        results.computeIfAbsent(figure.result(), p -> PreparedPicture.of(p, result, result.height()));
                PreparedPicture b =
                        truths.computeIfAbsent(figure.truth(), p -> PreparedPicture.of(p, truth, result.height()));
                v = figure.formula().of(a, b);
            } catch (IllegalArgumentException e) {
                throw new BadInputException(what + e.getMessage(), e);
            }
            if (!Double.isFinite(v)) {
                throw new BadInputException(what + "it is " + v + ", which has no mean (equal pictures have an infinite"
                        + " psnr); measure mse, or leave the pair out");
            }
            values[f][at] = v;
        }
    }

    /** Empties the lists. */
    private static void addTo(
            DistributionFigures sets, List<RgbImage> results, List<RgbImage> truths, List<Pair> pairs) {
        try {
            sets.add(results, truths);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(
                    "features of pairs " + pairs.get(0).name() + " to "
                            + pairs.get(pairs.size() - 1).name() + ": " + e.getMessage(),
                    e);
        }
        results.clear();
        truths.clear();
    }
}
