package org.ragdiff.eval.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a training's {@code log.jsonl} by name, each a course over steps. A last line that is cut short, as
 * after a kill or while it is written, is left out.
 *
 * @param steps done at the last line
 * @param training figures of lines with a loss, in order of appearance
 * @param validation figures of the other lines, those on held-out data
 */
record TrainingCourse(long steps, Map<String, Curve> training, Map<String, Curve> validation) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LARGEST = 1L << 30;

    /** Values at steps, both of one length. */
    record Curve(List<Double> steps, List<Double> values) {
        private Curve() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        private void add(double step, double value) {
            steps.add(step);
            values.add(value);
        }

        /** The last value. */
        double last() {
            return values.get(values.size() - 1);
        }

        /** Means over at most {@code most} runs of neighbours, so that a chart stays small. */
        Curve thinned(int most) {
            if (values.size() <= most) {
                return this;
            }
            Curve out = new Curve();
            for (int i = 0; i < most; i++) {
                int from = (int) ((long) i * values.size() / most);
                int to = (int) ((long) (i + 1) * values.size() / most);
                out.add(mean(steps.subList(from, to)), mean(values.subList(from, to)));
            }
            return out;
        }

        /** Exponential moving average over about {@code width} values, without the pull of a start at zero. */
        Curve smoothed(double width) {
            Curve out = new Curve();
            double decay = 1 - 1 / Math.max(1, width);
            double sum = 0;
            double weight = 0;
            for (int i = 0; i < values.size(); i++) {
                sum = decay * sum + values.get(i);
                weight = decay * weight + 1;
                out.add(steps.get(i), sum / weight);
            }
            return out;
        }

        private static double mean(List<Double> of) {
            return of.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        }
    }

    /** @throws IOException naming the line that is no JSON object with a step, if it is not the last */
    static TrainingCourse read(Path log) throws IOException {
        if (Files.size(log) > LARGEST) {
            throw new IOException(log + " has more than " + LARGEST + " bytes, expected a training's log");
        }
        Map<String, Curve> training = new LinkedHashMap<>();
        Map<String, Curve> validation = new LinkedHashMap<>();
        long steps = 0;
        try (BufferedReader lines = Files.newBufferedReader(log)) {
            String next = lines.readLine();
            for (int number = 1; next != null; number++) {
                String line = next;
                next = lines.readLine();
                JsonNode figures = parse(line);
                if (figures == null) {
                    if (next == null) {
                        break;
                    }
                    throw new IOException(log + ": line " + number + " is no JSON object with a step");
                }
                steps = figures.get("step").asLong();
                Map<String, Curve> curves = figures.has("loss") ? training : validation;
                double step = steps;
                figures.fields().forEachRemaining(e -> {
                    if (e.getValue().isNumber() && !e.getKey().equals("step")) {
                        curves.computeIfAbsent(e.getKey(), name -> new Curve())
                                .add(step, e.getValue().asDouble());
                    }
                });
            }
        }
        return new TrainingCourse(steps, training, validation);
    }

    private static JsonNode parse(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return node.path("step").isIntegralNumber() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
