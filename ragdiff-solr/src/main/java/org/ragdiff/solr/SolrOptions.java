package org.ragdiff.solr;

import java.time.Duration;

/**
 * How a {@link SolrDatabase} is created and searched. The first four count only when a collection is made.
 *
 * @param shards parts that entries are spread over, 1 to 1024
 * @param replicas copies of each shard on different nodes, 1 to 64; all but one may be lost
 * @param connections of an entry in the graph of its shard, 2 to 512
 * @param buildWidth entries that are kept in view while one is linked into the graph, 1 to 3200
 * @param exactUpTo entries up to which a search compares the query with each; results are exact then
 * @param searchWidth entries that a search of the graph keeps in view in each shard, at least k are; more
 *     find more of the true neighbours and take longer
 * @param batch entries sent with one request, 1 to 10,000
 * @param connectTimeout until a node has to answer a connection
 * @param requestTimeout until a request has to be answered
 */
public record SolrOptions(
        int shards,
        int replicas,
        int connections,
        int buildWidth,
        int exactUpTo,
        int searchWidth,
        int batch,
        Duration connectTimeout,
        Duration requestTimeout) {
    private static final Duration LONGEST = Duration.ofHours(1);

    public SolrOptions {
        require("shards", shards, 1, 1024);
        require("replicas", replicas, 1, 64);
        require("connections", connections, 2, 512);
        require("buildWidth", buildWidth, 1, 3200);
        require("exactUpTo", exactUpTo, 0, 1_000_000);
        require("searchWidth", searchWidth, 1, 100_000);
        require("batch", batch, 1, 10_000);
        require("connectTimeout", connectTimeout);
        require("requestTimeout", requestTimeout);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", " + most + "], got " + value);
        }
    }

    private static void require(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be 1 ms to 1 h, got " + value);
        }
    }

    public static SolrOptions defaults() {
        return new SolrOptions(1, 2, 16, 100, 10_000, 128, 500, Duration.ofSeconds(5), Duration.ofMinutes(2));
    }

    public SolrOptions withShards(int count) {
        return new SolrOptions(
                count,
                replicas,
                connections,
                buildWidth,
                exactUpTo,
                searchWidth,
                batch,
                connectTimeout,
                requestTimeout);
    }

    public SolrOptions withReplicas(int count) {
        return new SolrOptions(
                shards, count, connections, buildWidth, exactUpTo, searchWidth, batch, connectTimeout, requestTimeout);
    }

    public SolrOptions withConnections(int count) {
        return new SolrOptions(
                shards, replicas, count, buildWidth, exactUpTo, searchWidth, batch, connectTimeout, requestTimeout);
    }

    public SolrOptions withBuildWidth(int width) {
        return new SolrOptions(
                shards, replicas, connections, width, exactUpTo, searchWidth, batch, connectTimeout, requestTimeout);
    }

    public SolrOptions withExactUpTo(int entries) {
        return new SolrOptions(
                shards, replicas, connections, buildWidth, entries, searchWidth, batch, connectTimeout, requestTimeout);
    }

    public SolrOptions withSearchWidth(int width) {
        return new SolrOptions(
                shards, replicas, connections, buildWidth, exactUpTo, width, batch, connectTimeout, requestTimeout);
    }

    public SolrOptions withBatch(int entries) {
        return new SolrOptions(
                shards,
                replicas,
                connections,
                buildWidth,
                exactUpTo,
                searchWidth,
                entries,
                connectTimeout,
                requestTimeout);
    }

    public SolrOptions withTimeouts(Duration connect, Duration request) {
        return new SolrOptions(
                shards, replicas, connections, buildWidth, exactUpTo, searchWidth, batch, connect, request);
    }
}
