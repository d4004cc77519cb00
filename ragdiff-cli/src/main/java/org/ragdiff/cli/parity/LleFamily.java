package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.ragdiff.slle.Slle;
import org.ragdiff.slle.SolverOptions;

/** Reconstruction weights against scikit-learn's, and exact ones on the affine hull and on the simplex. */
final class LleFamily implements ParityFamily {
    private static final double WEIGHTS = 1e-8;
    private static final double FAR_WEIGHTS = 1e-6;
    private static final double RESIDUALS = 1e-9;
    private static final double ROUNDING = 1e-16;

    @Override
    public String name() {
        return "lle";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        List<FixtureObject> cases = folder.index().objects("cases");
        try (FixtureTensors tensors = folder.onlyTensors()) {
            for (FixtureObject c : cases) {
                String name = c.text("name");
                Problem p;
                try {
                    p = Problem.read(tensors, name);
                } catch (FixtureException e) {
                    run.fail(name, e.getMessage());
                    continue;
                }
                double bound = p.farFromOrigin() ? FAR_WEIGHTS : WEIGHTS;
                for (String tensor : tensors.names()) {
                    String prefix = name + ".sklearn_reg";
                    if (tensor.startsWith(prefix)) {
                        run.check(tensor, Tolerance.relative(bound), d -> {
                            double lambda = Double.parseDouble(tensor.substring(prefix.length()));
                            compareWeights(
                                    p, new Slle(SolverOptions.defaults().withLambda(lambda)), tensors, tensor, d);
                        });
                    }
                }
                exact(c, p, bound, tensors, run);
                simplex(name, p, tensors, run);
            }
        }
    }

    private static void exact(FixtureObject c, Problem p, double bound, FixtureTensors tensors, ParityRun run) {
        Slle slle = new Slle(SolverOptions.defaults().withLambda(0));
        String tensor = c.text("name") + ".exact_sum1";
        if (tensors.has(tensor)) {
            run.check(tensor, Tolerance.relative(bound), d -> compareWeights(p, slle, tensors, tensor, d));
        }
        if (tensors.has(tensor + "_residual")) {
            run.check(
                    tensor + "_residual",
                    Tolerance.relative(RESIDUALS),
                    d -> compareResiduals(p, slle, tensors, tensor, d));
        }
    }

    private static void simplex(String name, Problem p, FixtureTensors tensors, ParityRun run) {
        String tensor = name + ".simplex";
        if (tensors.has(tensor + "_residual")) {
            Slle slle = new Slle(SolverOptions.defaults().withLambda(0).withNonNegative(true));
            run.check(tensor + "_residual", Tolerance.relative(RESIDUALS), d -> {
                for (int q = 0; q < p.queries.length; q++) {
                    double least =
                            Arrays.stream(p.solve(slle, q).weights()).min().orElse(0);
                    d.require(least >= 0, "query " + q + " has the weight " + least + ", expected none below 0");
                }
                compareResiduals(p, slle, tensors, tensor, d);
            });
        }
    }

    /** Relative to the weights where they are large, and to their sum of 1 elsewhere. */
    private static void compareWeights(Problem p, Slle slle, FixtureTensors tensors, String tensor, Deviation d)
            throws IOException {
        double[][] expected = tensors.rows(tensor);
        d.require(
                expected.length == p.queries.length,
                tensor + " has " + expected.length + " rows, expected " + p.queries.length);
        for (int q = 0; q < expected.length; q++) {
            d.add(tensor + "[" + q + "]", p.solve(slle, q).weights(), expected[q], 1);
        }
    }

    /** Squared residuals, relative to the squared distance of the farthest neighbour; weights sum to 1. */
    private static void compareResiduals(Problem p, Slle slle, FixtureTensors tensors, String tensor, Deviation d)
            throws IOException {
        double[] expected = tensors.values(tensor + "_residual");
        d.require(
                expected.length == p.queries.length,
                tensor + "_residual has " + expected.length + " values, expected " + p.queries.length);
        for (int q = 0; q < expected.length; q++) {
            Slle.Solution s = p.solve(slle, q);
            double[] got = {s.residual() * s.residual()};
            d.add(tensor + "_residual[" + q + "]", got, new double[] {expected[q]}, p.squaredSpread(q));
            d.add("sum of weights", Arrays.stream(s.weights()).sum(), 1);
        }
    }

    /** Queries, and the neighbours of each. */
    private record Problem(double[][] queries, double[][][] neighbours) {
        static Problem read(FixtureTensors tensors, String name) throws IOException {
            double[][] queries = tensors.rows(name + ".X");
            double[][] points = tensors.rows(name + ".Y");
            double[][] indices = tensors.rows(name + ".indices");
            if (indices.length != queries.length) {
                throw new FixtureException(name + ".indices has " + indices.length + " rows, X has " + queries.length);
            }
            double[][][] neighbours = new double[queries.length][][];
            for (int q = 0; q < queries.length; q++) {
                neighbours[q] = new double[indices[q].length][];
                for (int i = 0; i < indices[q].length; i++) {
                    int at = (int) indices[q][i];
                    if (at < 0 || at >= points.length) {
                        throw new FixtureException(
                                name + ".indices holds " + at + ", Y has " + points.length + " rows");
                    }
                    neighbours[q][i] = points[at];
                }
            }
            return new Problem(queries, neighbours);
        }

        Slle.Solution solve(Slle slle, int query) {
            return slle.solve(queries[query], neighbours[query]);
        }

        /** Of the farthest neighbour; where all are as near as rounding puts them, what rounding leaves. */
        double squaredSpread(int query) {
            double max = Double.MIN_NORMAL;
            for (double v : queries[query]) {
                max = Math.max(max, ROUNDING * v * v);
            }
            for (double[] x : neighbours[query]) {
                double sum = 0;
                for (int i = 0; i < x.length; i++) {
                    sum += (x[i] - queries[query][i]) * (x[i] - queries[query][i]);
                }
                max = Math.max(max, sum);
            }
            return max;
        }

        /** Whether coordinates are much larger than what sets the neighbours apart, so that digits are lost. */
        boolean farFromOrigin() {
            double largest = 0;
            double squares = 0;
            for (int q = 0; q < queries.length; q++) {
                squares = Math.max(squares, squaredSpread(q) / queries[q].length);
                for (double v : queries[q]) {
                    largest = Math.max(largest, Math.abs(v));
                }
            }
            return largest > 5 * Math.sqrt(squares);
        }
    }
}
