package org.ragdiff.eval.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.ragdiff.core.RgbImage;

/**
 * Means of metrics over pictures that come in batches: nothing is kept of a picture but its part in the sums, so that
 * memory does not grow with their number. Pairs of a batch are measured side by side and added in their order: the
 * result does not depend on threads. Streams of parts of a set are merged. Not thread-safe.
 */
public final class StreamedFigures {
    private final Map<String, PairMetric> metrics;
    private final Map<String, MeanAccumulator> means = new LinkedHashMap<>();

    /** @param metrics by the figures' names, in their order; at least one */
    public StreamedFigures(Map<String, PairMetric> metrics) {
        if (metrics.isEmpty()) {
            throw new IllegalArgumentException("metrics is empty, expected at least one");
        }
        this.metrics = new LinkedHashMap<>(metrics);
        this.metrics.forEach((name, m) -> {
            Objects.requireNonNull(m, name);
            means.put(name, new MeanAccumulator());
        });
    }

    /**
     * Measures pairs. Where one fails, nothing of the batch is added.
     *
     * @param generated in the order of {@code truth}
     * @throws IllegalArgumentException if the counts differ, or a pair cannot be compared or gives NaN; the message
     *     names pair and figure
     */
    public void add(List<RgbImage> generated, List<RgbImage> truth) {
        if (generated.size() != truth.size()) {
            throw new IllegalArgumentException(generated.size() + " generated pictures and " + truth.size()
                    + " true ones: each generated picture needs its own truth, in the same order");
        }
        List<Map.Entry<String, PairMetric>> list = List.copyOf(metrics.entrySet());
        double[][] values = new double[generated.size()][list.size()];
        IllegalArgumentException[] failures = new IllegalArgumentException[values.length];
        long before = pairs();
        IntStream.range(0, values.length).parallel().forEach(i -> {
            try {
                for (int m = 0; m < list.size(); m++) {
                    values[i][m] = value(list.get(m), generated.get(i), truth.get(i), before + i + 1);
                }
            } catch (IllegalArgumentException e) {
                failures[i] = e;
            }
        });
        for (IllegalArgumentException e : failures) {
            if (e != null) {
                throw e;
            }
        }
        for (double[] row : values) {
            for (int m = 0; m < row.length; m++) {
                means.get(list.get(m).getKey()).add(row[m]);
            }
        }
    }

    private static double value(Map.Entry<String, PairMetric> metric, RgbImage generated, RgbImage truth, long pair) {
        double v;
        try {
            v = metric.getValue().of(generated, truth);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pair " + pair + ", " + metric.getKey() + ": " + e.getMessage(), e);
        }
        if (Double.isNaN(v)) {
            throw new IllegalArgumentException("pair " + pair + ", " + metric.getKey() + ": the figure is NaN");
        }
        return v;
    }

    /**
     * Adds what another stream has seen, which is not changed.
     *
     * @throws IllegalArgumentException if it has other figures
     */
    public void merge(StreamedFigures other) {
        if (!other.means.keySet().equals(means.keySet())) {
            throw new IllegalArgumentException(
                    "figures " + means.keySet() + " cannot be merged with " + other.means.keySet());
        }
        means.forEach((name, mean) -> mean.merge(other.means.get(name)));
    }

    /** Pairs seen. */
    public long pairs() {
        return means.values().iterator().next().count();
    }

    /**
     * The figure's mean, count and variance so far; it goes on with the stream.
     *
     * @throws IllegalArgumentException if there is no such figure
     */
    public MeanAccumulator figure(String name) {
        MeanAccumulator m = means.get(name);
        if (m == null) {
            throw new IllegalArgumentException("no figure is called " + name + ", there are " + means.keySet());
        }
        return m;
    }
}
