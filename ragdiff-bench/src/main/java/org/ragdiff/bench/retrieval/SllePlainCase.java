package org.ragdiff.bench.retrieval;

import java.util.Random;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.slle.Slle;
import org.ragdiff.slle.SolverOptions;

/** The weights of one query; the peer is the textbook's formula as a user of a library of matrices writes it. */
abstract class SllePlainCase implements PairedCase {
    private final int neighbours;
    private final int dimension;
    private final String library;
    private final SolverOptions options = SolverOptions.defaults();
    private final Slle solver = new Slle(options);
    private double[] query;
    private double[][] rows;
    private double[] weights;
    private double[] peer;

    SllePlainCase(int neighbours, int dimension, String library) {
        this.neighbours = neighbours;
        this.dimension = dimension;
        this.library = library;
    }

    /**
     * w of (G + λ·tr(G)·1)·w = 1, brought to sum 1, where G holds the products of the rows less the query.
     *
     * @param rows [k][d]; not modified
     * @param query d numbers; not modified
     */
    abstract double[] weights(double[][] rows, double[] query, double lambda);

    @Override
    public final void openOurs(int threads) {
        Random random = new Random(11);
        query = random.doubles(dimension).toArray();
        rows = new double[neighbours][];
        for (int i = 0; i < neighbours; i++) {
            rows[i] = random.doubles(dimension).toArray();
        }
    }

    @Override
    public final void ours() {
        weights = solver.solve(query, rows).weights();
    }

    @Override
    public final String openPeer(int threads) {
        return library;
    }

    @Override
    public final void peer() {
        peer = weights(rows, query, options.lambda());
    }

    @Override
    public final double difference() {
        ours();
        peer();
        double most = 0;
        double largest = 0;
        for (int i = 0; i < neighbours; i++) {
            most = Math.max(most, Math.abs(weights[i] - peer[i]));
            largest = Math.max(largest, Math.abs(peer[i]));
        }
        return most / largest;
    }

    @Override
    public final void close() {}
}
