package org.ragdiff.retrieval.database;

import java.util.Objects;

/**
 * How a {@link LuceneDatabase} builds and searches its graph (Malkov and Yashunin, HNSW, 2018). Only
 * {@code quantisation}, {@code connections} and {@code buildWidth} shape what is written, and each part
 * of an index keeps those that it was written with.
 *
 * @param exactUpTo entries up to which a search compares the query with each; results are exact then
 * @param searchWidth entries that a search of the graph keeps in view, at least k are; more find more
 *     of the true neighbours and take longer
 * @param connections of an entry in the graph, 2 to 512
 * @param buildWidth as {@code searchWidth} while an entry is linked, 1 to 3200
 * @param threads that merge graphs, 1 to 64
 * @param bufferMegabytes of new entries in the heap, 16 to 2000, before they are written as a part of the
 *     index; larger parts are merged less often
 * @param quantisation of the copy of the embeddings that a search of the graph compares; results are
 *     decided on float32
 */
public record LuceneOptions(
        int exactUpTo,
        int searchWidth,
        int connections,
        int buildWidth,
        int threads,
        int bufferMegabytes,
        Quantisation quantisation) {
    /** Bits of a number in the copy that a search of the graph reads. */
    public enum Quantisation {
        /** 32: no copy. */
        NONE,
        /** 7. */
        INT7,
        /** 4, two in a byte. */
        INT4
    }

    public LuceneOptions {
        require("exactUpTo", exactUpTo, 0, 1_000_000);
        require("searchWidth", searchWidth, 1, 100_000);
        require("connections", connections, 2, 512);
        require("buildWidth", buildWidth, 1, 3200);
        require("threads", threads, 1, 64);
        require("bufferMegabytes", bufferMegabytes, 16, 2000);
        Objects.requireNonNull(quantisation, "quantisation");
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", " + most + "], got " + value);
        }
    }

    public static LuceneOptions defaults() {
        int threads = Math.min(64, Runtime.getRuntime().availableProcessors());
        return new LuceneOptions(10_000, 128, 16, 100, threads, 128, Quantisation.NONE);
    }

    public LuceneOptions withExactUpTo(int entries) {
        return new LuceneOptions(entries, searchWidth, connections, buildWidth, threads, bufferMegabytes, quantisation);
    }

    public LuceneOptions withSearchWidth(int width) {
        return new LuceneOptions(exactUpTo, width, connections, buildWidth, threads, bufferMegabytes, quantisation);
    }

    public LuceneOptions withConnections(int count) {
        return new LuceneOptions(exactUpTo, searchWidth, count, buildWidth, threads, bufferMegabytes, quantisation);
    }

    public LuceneOptions withBuildWidth(int width) {
        return new LuceneOptions(exactUpTo, searchWidth, connections, width, threads, bufferMegabytes, quantisation);
    }

    public LuceneOptions withThreads(int count) {
        return new LuceneOptions(exactUpTo, searchWidth, connections, buildWidth, count, bufferMegabytes, quantisation);
    }

    public LuceneOptions withBufferMegabytes(int megabytes) {
        return new LuceneOptions(exactUpTo, searchWidth, connections, buildWidth, threads, megabytes, quantisation);
    }

    public LuceneOptions withQuantisation(Quantisation q) {
        return new LuceneOptions(exactUpTo, searchWidth, connections, buildWidth, threads, bufferMegabytes, q);
    }
}
