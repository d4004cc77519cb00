package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.ragdiff.eval.feature.Features;
import org.ragdiff.eval.feature.KernelDistance;

/** The list {@code kid}: unbiased polynomial MMD² of whole sets, of halves of one set and of stored subsets. */
final class KernelDistancePairs implements MetricGroup {
    @Override
    public String name() {
        return "kid";
    }

    @Override
    public void run(FixtureFolder folder, List<FixtureObject> entries, ParityRun run) throws IOException {
        try (FixtureTensors tensors = folder.tensors("features.safetensors")) {
            for (FixtureObject e : entries) {
                String name = "kid_" + e.text("name");
                run.check(name, Tolerance.relative(1e-9), d -> compare(name, e, tensors, d));
            }
        }
    }

    private static void compare(String name, FixtureObject e, FixtureTensors tensors, Deviation d) throws IOException {
        double[][] rows = tensors.rows(name + ".x");
        Features x = Features.ofRows(rows);
        Features y = Features.ofRows(tensors.rows(name + ".y"));
        KernelDistance k = KernelDistance.ofSubsets(
                x, y, indices(tensors, name + ".subset_x"), indices(tensors, name + ".subset_y"));
        int half = rows.length / 2;
        for (String figure : MetricFigures.of(e, "name", "n1", "n2", "m", "n", "d", "subset_size")) {
            switch (figure) {
                case "unbiased_full" -> d.add(figure, KernelDistance.unbiased(x, y), e.number(figure));
                case "unbiased_same_set_halves" ->
                    d.add(
                            figure,
                            KernelDistance.unbiased(
                                    Features.ofRows(Arrays.copyOfRange(rows, 0, half)),
                                    Features.ofRows(Arrays.copyOfRange(rows, half, rows.length))),
                            e.number(figure));
                case "subset_values" -> d.add(figure, k.values(), e.numbers(figure));
                case "subset_mean" -> d.add(figure, k.mean(), e.number(figure));
                case "subset_std_population" -> d.add(figure, k.spread(), e.number(figure));
                case "subset_std_sample" -> d.add(figure, k.sampleSpread(), e.number(figure));
                default -> throw new UnsupportedCaseException("RAGDiff has no figure of KID called " + figure);
            }
        }
    }

    private static int[][] indices(FixtureTensors tensors, String name) throws IOException {
        return Arrays.stream(tensors.rows(name))
                .map(r -> Arrays.stream(r).mapToInt(v -> (int) v).toArray())
                .toArray(int[][]::new);
    }
}
