package org.ragdiff.solr;

import java.nio.file.Path;
import java.util.List;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.cloud.MiniSolrCloudCluster;
import org.apache.solr.embedded.JettyConfig;

/** A SolrCloud cluster of two nodes and a ZooKeeper, on free ports of this machine. */
final class TwoNodes implements AutoCloseable {
    private final MiniSolrCloudCluster cluster;
    private final List<String> urls;

    TwoNodes(Path directory) throws Exception {
        cluster = new MiniSolrCloudCluster(
                2, directory, JettyConfig.builder().setContext("/solr").build());
        urls = cluster.getJettySolrRunners().stream()
                .map(n -> n.getBaseUrl().toString())
                .toList();
    }

    List<String> urls() {
        return urls;
    }

    /** Solr's own client. */
    SolrClient client() {
        return cluster.getSolrClient();
    }

    /** A node leaves; the other has not been told before. */
    void lose(int node) throws Exception {
        cluster.stopJettySolrRunner(node);
    }

    @Override
    public void close() throws Exception {
        cluster.shutdown();
    }
}
