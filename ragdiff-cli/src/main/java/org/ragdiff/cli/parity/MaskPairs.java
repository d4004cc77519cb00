package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ragdiff.core.Silhouette;
import org.ragdiff.eval.metric.BoundaryScore;
import org.ragdiff.eval.metric.OutlineDistance;
import org.ragdiff.eval.metric.SilhouetteOverlap;

/** The list {@code masks}: overlap, boundary scores and distances of pairs of silhouettes. */
final class MaskPairs implements MetricGroup {
    private static final Tolerance EXACT = Tolerance.relative(1e-9);
    private static final Pattern BOUNDARY = Pattern.compile("boundary_(precision|recall|f)_tol(\\d+(?:\\.\\d+)?)");

    @Override
    public String name() {
        return "masks";
    }

    @Override
    public void run(FixtureFolder folder, List<FixtureObject> entries, ParityRun run) throws IOException {
        try (FixtureTensors tensors = folder.tensors("masks.safetensors")) {
            for (FixtureObject e : entries) {
                String pair = "m" + e.integer("pair");
                run.check(pair, EXACT, d -> {
                    Silhouette a = silhouette(tensors, pair + ".a");
                    Silhouette b = silhouette(tensors, pair + ".b");
                    for (String figure : MetricFigures.of(e, "pair", "size")) {
                        d.add(figure, value(figure, a, b), e.number(figure));
                    }
                });
            }
        }
    }

    private static double value(String figure, Silhouette a, Silhouette b) {
        Matcher m = BOUNDARY.matcher(figure);
        if (m.matches()) {
            BoundaryScore s = BoundaryScore.of(a, b, Double.parseDouble(m.group(2)));
            return m.group(1).equals("f") ? s.f() : m.group(1).equals("recall") ? s.recall() : s.precision();
        }
        return switch (figure) {
            case "iou" -> SilhouetteOverlap.iou(a, b);
            case "dice" -> SilhouetteOverlap.dice(a, b);
            case "intersection" -> a.intersection(b);
            case "union" -> (double) a.area() + b.area() - a.intersection(b);
            case "chamfer_mean_sum" -> OutlineDistance.of(a, b).chamfer();
            case "chamfer_half_sum" -> OutlineDistance.of(a, b).chamferMean();
            case "chamfer_squared_sum" -> OutlineDistance.of(a, b).chamferSquared();
            case "hausdorff" -> OutlineDistance.of(a, b).hausdorff();
            default -> throw new UnsupportedCaseException("RAGDiff has no figure of masks called " + figure);
        };
    }

    private static Silhouette silhouette(FixtureTensors tensors, String name) throws IOException {
        long[] shape = tensors.shape(name, 2);
        double[] values = tensors.values(name);
        boolean[] inside = new boolean[values.length];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = values[i] != 0;
        }
        return new Silhouette((int) shape[1], (int) shape[0], inside);
    }
}
