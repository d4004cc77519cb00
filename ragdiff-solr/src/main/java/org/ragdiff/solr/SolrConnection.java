package org.ragdiff.solr;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.solr.client.solrj.SolrRequest;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.client.solrj.impl.BaseHttpSolrClient.RemoteSolrException;
import org.apache.solr.client.solrj.impl.CloudHttp2SolrClient;
import org.apache.solr.client.solrj.impl.CloudSolrClient;
import org.apache.solr.client.solrj.impl.Http2SolrClient;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.client.solrj.request.QueryRequest;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.params.SolrParams;
import org.ragdiff.core.io.EntryCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One collection of a cluster, over HTTP; what fails is told in the user's words. Thread-safe. */
final class SolrConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SolrConnection.class);
    /** Beyond its documents. */
    private static final long ANSWER_BYTES = 4 << 20;

    private final List<String> urls;
    private final String collection;
    private final Http2SolrClient http;
    private CloudSolrClient client;

    /** Requests of SolrJ. */
    @FunctionalInterface
    interface Call<T> {
        T on(CloudSolrClient client) throws SolrServerException, IOException;
    }

    private SolrConnection(List<String> urls, String collection, Http2SolrClient http) {
        this.urls = urls;
        this.collection = collection;
        this.http = http;
        try {
            requireAnswer();
            client = told(none -> new CloudHttp2SolrClient.Builder(urls)
                    .withHttpClient(http)
                    .withDefaultCollection(collection)
                    .build());
        } catch (RuntimeException e) {
            http.close();
            throw e;
        }
    }

    /** One of the nodes has to; the cloud client would not say why none does. */
    private void requireAnswer() {
        UncheckedIOException failed = null;
        for (String url : urls) {
            try {
                told(none -> http.requestWithBaseUrl(url, null, new CollectionAdminRequest.List()));
                return;
            } catch (UncheckedIOException e) {
                failed = e;
            }
        }
        throw failed;
    }

    /**
     * @param urls of some of the nodes, such as {@code http://node1:8983/solr}
     * @throws IllegalArgumentException if an address is none or holds a password
     * @throws UncheckedIOException if none of the nodes answers
     */
    static SolrConnection open(
            List<String> urls, String collection, SolrOptions options, Optional<SolrCredentials> credentials) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException(
                    "the address of a Solr node is needed, http://HOST:8983/solr for example");
        }
        if (!collection.matches("(?!-)[._A-Za-z0-9-]{1,200}")) {
            throw new IllegalArgumentException(
                    "collection must be a name of letters, digits, '.', '_' and '-', got \"" + collection + "\"");
        }
        for (String url : urls) {
            requireAddress(url);
            if (credentials.isPresent() && url.startsWith("http:")) {
                LOG.warn("the password of Solr is sent to {} unencrypted: https keeps it secret", url);
            }
        }
        // Proxies seldom speak unencrypted HTTP/2.
        Http2SolrClient.Builder http = new Http2SolrClient.Builder()
                .useHttp1_1(true)
                .withConnectionTimeout(options.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .withIdleTimeout(options.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .withRequestTimeout(options.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        credentials.ifPresent(c -> http.withBasicAuthCredentials(c.user(), c.password()));
        return new SolrConnection(List.copyOf(urls), collection, http.build());
    }

    private static void requireAddress(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // Not told: it may hold a password.
            throw new IllegalArgumentException("an address of Solr is no URL, expected http://HOST:8983/solr");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the address of Solr holds a name or password: set "
                    + SolrCredentials.USER + " and " + SolrCredentials.PASSWORD + " in the environment instead");
        }
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException(
                    "an address of Solr must be http://HOST:PORT/solr or https://…, got \"" + url + "\"");
        }
    }

    String collection() {
        return collection;
    }

    /**
     * @param path {@code /select} or {@code /get}
     * @param documents at most so many may come back
     * @param dimension of their vectors
     */
    QueryResponse query(String path, SolrParams params, int documents, int dimension) {
        QueryRequest request = new QueryRequest(params, SolrRequest.METHOD.POST);
        request.setPath(path);
        request.setResponseParser(new BoundedAnswers(
                ANSWER_BYTES + (long) documents * (EntryCodec.MAX_BYTES + (long) Float.BYTES * dimension)));
        QueryResponse answer = WholeAnswers.of(() -> told(c -> request.process(c, collection)));
        if (WholeAnswers.inPart(answer)) {
            throw failed("answered in part only: is a shard without a running replica?", null);
        }
        if (answer.getResults() == null || answer.getResults().size() > documents) {
            throw failed(
                    "answered with "
                            + (answer.getResults() == null
                                    ? "no list of documents"
                                    : answer.getResults().size() + " documents")
                            + " where at most " + documents + " were asked for",
                    null);
        }
        return answer;
    }

    /** @throws UncheckedIOException with a message for users if Solr does not do it */
    <T> T told(Call<T> call) {
        try {
            return call.on(client);
        } catch (SolrServerException | IOException | RuntimeException e) {
            throw refused(e);
        }
    }

    private UncheckedIOException refused(Exception e) {
        RemoteSolrException remote = cause(e, RemoteSolrException.class);
        SolrException told = remote != null ? remote : cause(e, SolrException.class);
        int code = told == null ? 0 : told.code();
        String why = told == null ? root(e).toString() : told.getMessage();
        if (code == 401 || code == 403) {
            return failed(
                    "wants other credentials (HTTP " + code + "): set " + SolrCredentials.USER + " and "
                            + SolrCredentials.PASSWORD + " to a user with the right to do this",
                    e);
        }
        if (why != null && why.contains("Collection not found")) {
            return failed("has no such collection: make it with SolrDatabase.create", e);
        }
        if (remote != null && code >= 400 && code < 500) {
            return failed("refused the request (HTTP " + code + "): " + why, e);
        }
        return failed(
                "does not answer as it should: " + why + " (are the nodes running, and are these their addresses?)", e);
    }

    /** Of this collection, for a user. */
    UncheckedIOException failed(String what, Exception cause) {
        return new UncheckedIOException(new IOException(
                "the structure database " + collection + ": Solr at " + String.join(", ", urls) + " " + what, cause));
    }

    private static <T> T cause(Throwable e, Class<T> type) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }

    private static Throwable root(Throwable e) {
        return e.getCause() == null ? e : root(e.getCause());
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw failed("could not be left: " + e.getMessage(), e);
        } finally {
            http.close();
        }
    }
}
