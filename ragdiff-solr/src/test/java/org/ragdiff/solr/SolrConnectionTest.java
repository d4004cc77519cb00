package org.ragdiff.solr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.junit.jupiter.api.Test;

class SolrConnectionTest {
    private static final String SECRET = "s3cret-pass";
    private static final SolrOptions HASTY =
            SolrOptions.defaults().withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));

    private static Optional<SolrCredentials> credentials() {
        return SolrCredentials.from(Map.of(SolrCredentials.USER, "reader", SolrCredentials.PASSWORD, SECRET));
    }

    private static String everythingOf(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Asks a server that answers so. */
    private static Throwable asked(int status, String body, List<String> authorizations) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            authorizations.add(sent == null ? "" : sent);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/solr";
        try (SolrConnection at = SolrConnection.open(List.of(url), "c", HASTY, credentials())) {
            at.told(CollectionAdminRequest::listCollections);
            throw new AssertionError("it was answered");
        } catch (UncheckedIOException e) {
            return e;
        } finally {
            server.stop(0);
        }
    }

    @Test
    void sendsTheCredentialsAndNeverTellsThem() throws Exception {
        List<String> authorizations = new CopyOnWriteArrayList<>();
        Throwable refused = asked(401, "{}", authorizations);
        assertThat(authorizations)
                .contains("Basic "
                        + Base64.getEncoder().encodeToString(("reader:" + SECRET).getBytes(StandardCharsets.UTF_8)));
        assertThat(refused.getMessage()).contains(SolrCredentials.PASSWORD);
        assertThat(everythingOf(refused)).doesNotContain(SECRET).doesNotContain(authorizations.get(0));
        assertThat(credentials().orElseThrow().toString())
                .doesNotContain(SECRET)
                .doesNotContain("reader");
    }

    @Test
    void anAnswerThatIsNoneIsToldShortly() throws Exception {
        Throwable e = asked(200, "<html>a proxy's page</html>", new CopyOnWriteArrayList<>());
        assertThat(e.getMessage()).contains("does not answer as it should").doesNotContain("\n");
    }

    @Test
    void passwordsDoNotBelongIntoAddresses() {
        for (String url :
                List.of("http://reader:" + SECRET + "@host:8983/solr", "http://reader:" + SECRET + "@ho st")) {
            assertThatThrownBy(() -> SolrConnection.open(List.of(url), "c", HASTY, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .satisfies(e -> assertThat(everythingOf(e)).doesNotContain(SECRET));
        }
        for (String url : List.of("host:8983", "ftp://host/solr", "", "zk://host:2181")) {
            assertThatThrownBy(() -> SolrConnection.open(List.of(url), "c", HASTY, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("http");
        }
        for (String collection : List.of("", "-c", "a/b", "a b", "../x")) {
            assertThatThrownBy(() ->
                            SolrConnection.open(List.of("http://host:8983/solr"), collection, HASTY, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("collection");
        }
    }

    @Test
    void halfOfTheCredentialsIsAMistake() {
        assertThat(SolrCredentials.from(Map.of())).isEmpty();
        assertThatThrownBy(() -> SolrCredentials.from(Map.of(SolrCredentials.PASSWORD, SECRET)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(SolrCredentials.USER)
                .satisfies(e -> assertThat(everythingOf(e)).doesNotContain(SECRET));
    }
}
