package org.ragdiff.slle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What an out-of-manifold score says of a structure, learned from held-out garments whose true silhouettes are
 * known. A structure is bad if its landmark's IoU with the truth is below a bound. Two things are fitted: the
 * threshold at which a stated share of bad structures is flagged (split conformal prediction: Vovk, Gammerman and
 * Shafer, "Algorithmic Learning in a Random World", 2005; of m bad scores the ⌊(1 − share)(m + 1)⌋-th smallest, so
 * that a new bad structure is flagged with at least that probability), and the probability of being bad, a
 * non-decreasing step function of the score (isotonic regression by pooling adjacent violators: Ayer et al., Annals
 * of Mathematical Statistics 26, 1955). Immutable.
 *
 * @param format 1
 * @param aggregator whose scores they are
 * @param badIou bound of the IoU, in (0, 1)
 * @param share of bad structures to flag, in (0, 1)
 * @param threshold scores of at least this are flagged; 0, which flags all, where bad ones were too few
 * @param steps least scores of the steps, increasing
 * @param probabilities of being bad on each step, in [0, 1], not decreasing
 * @param garments how many were fitted on
 * @param bad how many of them were bad
 */
public record ManifoldCalibration(
        int format,
        String aggregator,
        double badIou,
        double share,
        double threshold,
        List<Double> steps,
        List<Double> probabilities,
        int garments,
        int bad) {
    private static final int FORMAT = 1;
    private static final long LARGEST_FILE = 16 << 20;

    public ManifoldCalibration {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format of the calibration is " + format + ", expected " + FORMAT);
        }
        Objects.requireNonNull(aggregator, "aggregator");
        requireOpenShare("badIou", badIou);
        requireOpenShare("share", share);
        if (!Double.isFinite(threshold)) {
            throw new IllegalArgumentException("threshold is " + threshold + ", expected a finite number");
        }
        steps = List.copyOf(steps);
        probabilities = List.copyOf(probabilities);
        if (steps.isEmpty() || steps.size() != probabilities.size()) {
            throw new IllegalArgumentException(steps.size() + " steps and " + probabilities.size()
                    + " probabilities, expected as many and at least one");
        }
        for (int i = 0; i < steps.size(); i++) {
            double p = probabilities.get(i);
            boolean ordered = i == 0 || steps.get(i) > steps.get(i - 1) && p >= probabilities.get(i - 1);
            if (!ordered || !(p >= 0 && p <= 1) || !Double.isFinite(steps.get(i))) {
                throw new IllegalArgumentException("step " + i + " from " + steps.get(i) + " with probability " + p
                        + " does not continue a non-decreasing function");
            }
        }
    }

    private static void requireOpenShare(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in (0, 1), got " + value);
        }
    }

    /**
     * How a flag did on garments that were not fitted on.
     *
     * @param precision share of flagged ones that are bad, NaN if none is flagged
     * @param recall share of bad ones that are flagged, NaN if none is bad
     */
    public record Quality(int garments, int bad, int flagged, double precision, double recall) {}

    /**
     * @param scores out-of-manifold scores of held-out garments, finite; not modified
     * @param ious the IoU of each one's landmark with the truth; not modified
     * @throws IllegalArgumentException if the lengths differ, there are none or a value is not finite
     */
    public static ManifoldCalibration fit(
            String aggregator, double[] scores, double[] ious, double badIou, double share) {
        requirePairs(scores, ious);
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b]));
        double[] badScores = Arrays.stream(order)
                .filter(i -> ious[i] < badIou)
                .mapToDouble(i -> scores[i])
                .toArray();
        // A little over the product: 0.1 * 20 must be 2.
        int rank = (int) Math.floor((1 - share) * (badScores.length + 1) + 1e-9);
        double threshold = rank == 0 ? 0 : badScores[rank - 1];
        double[] from = new double[scores.length];
        double[] sum = new double[scores.length];
        int[] count = new int[scores.length];
        int n = 0;
        for (int i : order) {
            double isBad = ious[i] < badIou ? 1 : 0;
            if (n > 0 && from[n - 1] == scores[i] && count[n - 1] > 0) {
                sum[n - 1] += isBad;
                count[n - 1]++;
            } else {
                from[n] = scores[i];
                sum[n] = isBad;
                count[n++] = 1;
            }
        }
        int pools = pool(from, sum, count, n);
        List<Double> steps = Arrays.stream(from, 0, pools).boxed().toList();
        double[] p = new double[pools];
        for (int i = 0; i < pools; i++) {
            p[i] = sum[i] / count[i];
        }
        return new ManifoldCalibration(
                FORMAT,
                aggregator,
                badIou,
                share,
                threshold,
                steps,
                Arrays.stream(p).boxed().toList(),
                scores.length,
                badScores.length);
    }

    /** Joins neighbouring steps until means strictly increase; returns how many are left, at the front. */
    private static int pool(double[] from, double[] sum, int[] count, int n) {
        int last = -1;
        for (int i = 0; i < n; i++) {
            last++;
            from[last] = from[i];
            sum[last] = sum[i];
            count[last] = count[i];
            while (last > 0 && sum[last - 1] * count[last] >= sum[last] * count[last - 1]) {
                sum[last - 1] += sum[last];
                count[last - 1] += count[last];
                last--;
            }
        }
        return last + 1;
    }

    private static void requirePairs(double[] scores, double[] ious) {
        if (scores.length == 0 || scores.length != ious.length) {
            throw new IllegalArgumentException(
                    scores.length + " scores and " + ious.length + " IoUs, expected as many and at least one");
        }
        for (int i = 0; i < scores.length; i++) {
            if (!Double.isFinite(scores[i]) || !Double.isFinite(ious[i])) {
                throw new IllegalArgumentException(
                        "garment " + i + " has the score " + scores[i] + " and the IoU " + ious[i]);
            }
        }
    }

    /** Whether a structure of this score is to be doubted. */
    public boolean flags(double score) {
        return score >= threshold;
    }

    /** The probability that a structure of this score is bad; below the first step that of the first. */
    public double probability(double score) {
        int at = 0;
        while (at + 1 < steps.size() && score >= steps.get(at + 1)) {
            at++;
        }
        return probabilities.get(at);
    }

    /** As {@link #fit} takes them, of other garments. */
    public Quality quality(double[] scores, double[] ious) {
        requirePairs(scores, ious);
        int flagged = 0;
        int badOnes = 0;
        int both = 0;
        for (int i = 0; i < scores.length; i++) {
            boolean f = flags(scores[i]);
            boolean b = ious[i] < badIou;
            flagged += f ? 1 : 0;
            badOnes += b ? 1 : 0;
            both += f && b ? 1 : 0;
        }
        return new Quality(scores.length, badOnes, flagged, (double) both / flagged, (double) both / badOnes);
    }

    /** Writes it as JSON, whole or not at all. */
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, file.getFileName().toString(), ".tmp");
        try {
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(temporary.toFile(), this);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * @throws IOException if it cannot be read or is no calibration; the message names the file
     */
    public static ManifoldCalibration read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new IOException(
                    file + " has " + Files.size(file) + " bytes, a calibration has at most " + LARGEST_FILE);
        }
        try {
            ManifoldCalibration read = new ObjectMapper().readValue(file.toFile(), ManifoldCalibration.class);
            if (read == null) {
                throw new IOException(file + " is no calibration: it holds null");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no calibration: " + e.getOriginalMessage(), e);
        }
    }
}
