package org.ragdiff.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.slle.ManifoldCalibration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff calibrate}. */
@Command(
        name = "calibrate",
        description = {
            "Learns from measured garments which out-of-manifold scores to doubt.",
            "Reads the results of `ragdiff evaluate`, fits on every other garment and prints precision and recall of"
                    + " the flag on the rest. As manifold.json in a model's folder the result is used by `ragdiff"
                    + " generate`."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff calibrate --results results.json --out my-model/manifold.json"})
public final class CalibrateCommand implements Callable<Integer> {
    private static final int LEAST = 20;

    @Option(
            names = "--results",
            required = true,
            paramLabel = "FILE",
            description = "What `ragdiff evaluate` wrote, of garments that training did not see.")
    private Path results;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The calibration, JSON.")
    private Path out;

    @Option(
            names = "--bad-iou",
            paramLabel = "IOU",
            defaultValue = "0.7",
            description = "Structures below it are bad (default: ${DEFAULT-VALUE}).")
    private double badIou;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            defaultValue = "0.8",
            description = "Share of the bad ones to flag (default: ${DEFAULT-VALUE}).")
    private double share;

    @Option(names = "--json", paramLabel = "FILE", description = "What was printed, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /** What {@code --json} holds. */
    record Summary(
            ManifoldCalibration calibration, ManifoldCalibration.Quality fitted, ManifoldCalibration.Quality rest) {}

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(out);
        OutputPaths.requireWritableFile(json);
        JsonNode root = new ObjectMapper().readTree(results.toFile());
        String aggregator = root.at("/settings/aggregator").asText();
        List<double[]> pairs = new ArrayList<>();
        for (JsonNode g : root.at("/garments")) {
            if (g.path("outOfManifold").isNumber() && g.path("landmarkIou").isNumber()) {
                pairs.add(new double[] {
                    g.get("outOfManifold").asDouble(), g.get("landmarkIou").asDouble()
                });
            }
        }
        if (aggregator.isEmpty() || pairs.size() < LEAST) {
            throw new BadInputException(
                    results + " has " + pairs.size() + " garments with outOfManifold and landmarkIou"
                            + " and the aggregator \"" + aggregator + "\", expected at least " + LEAST
                            + " and a name: measure with `ragdiff evaluate`");
        }
        ManifoldCalibration calibration;
        try {
            calibration = ManifoldCalibration.fit(aggregator, column(pairs, 0, 0), column(pairs, 0, 1), badIou, share);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
        ManifoldCalibration.Quality fitted = calibration.quality(column(pairs, 0, 0), column(pairs, 0, 1));
        ManifoldCalibration.Quality rest = calibration.quality(column(pairs, 1, 0), column(pairs, 1, 1));
        calibration.write(out);
        OutputPaths.writeJson(json, new Summary(calibration, fitted, rest));
        PrintWriter print = spec.commandLine().getOut();
        print.printf(
                Locale.ROOT,
                "scores from %.4f on are flagged: %.0f %% of structures below IoU %.2f (%d of %d garments fitted on)%n",
                calibration.threshold(),
                100 * share,
                badIou,
                calibration.bad(),
                calibration.garments());
        print.printf(
                Locale.ROOT,
                "on the other %d: %d bad, %d flagged, precision %.3f, recall %.3f%n",
                rest.garments(),
                rest.bad(),
                rest.flagged(),
                rest.precision(),
                rest.recall());
        return ExitCodes.DONE;
    }

    /** The scores or IoUs of every other garment. */
    private static double[] column(List<double[]> pairs, int first, int column) {
        double[] values = new double[(pairs.size() - first + 1) / 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = pairs.get(2 * i + first)[column];
        }
        return values;
    }
}
