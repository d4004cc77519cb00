package org.ragdiff.solr;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.client.solrj.request.ConfigSetAdminRequest;
import org.apache.solr.client.solrj.request.schema.SchemaRequest;
import org.apache.solr.common.util.ContentStreamBase;

/** Makes collections by the configset of this module, and tells whether one fits. Stateless. */
final class SolrCollections {
    private static final String TYPE = "solr.DenseVectorField";
    private static final String SIMILARITY = "maximum_inner_product";

    private SolrCollections() {}

    static boolean exists(SolrConnection at) {
        return at.told(CollectionAdminRequest::listCollections).contains(at.collection());
    }

    /** The collection, empty; its configset is uploaded if the cluster has not got it. */
    static void create(SolrConnection at, int dimension, SolrOptions options) {
        String configset = "ragdiff-structures-" + SolrMeta.FORMAT + "-d" + dimension + "-m" + options.connections()
                + "-w" + options.buildWidth();
        List<String> there =
                at.told(c -> new ConfigSetAdminRequest.List().process(c).getConfigSets());
        if (!there.contains(configset)) {
            byte[] zip = configset(dimension, options);
            ConfigSetAdminRequest.Upload upload = new ConfigSetAdminRequest.Upload();
            upload.setConfigSetName(configset);
            upload.setUploadStream(new ContentStreamBase.ByteArrayStream(
                    configset(dimension, options), "configset.zip", "application/octet-stream"));
            at.told(upload::process);
        }
        CollectionAdminRequest.Create create = CollectionAdminRequest.createCollection(
                at.collection(), configset, options.shards(), options.replicas());
        create.setWaitForFinalState(true);
        at.told(create::process);
    }

    private static byte[] configset(int dimension, SolrOptions options) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String file : List.of("schema.xml", "solrconfig.xml")) {
                zip.putNextEntry(new ZipEntry(file));
                try (InputStream in = SolrCollections.class.getResourceAsStream("configset/" + file)) {
                    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("@dimension@", Integer.toString(dimension))
                            .replace("@connections@", Integer.toString(options.connections()))
                            .replace("@buildWidth@", Integer.toString(options.buildWidth()));
                    zip.write(text.getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack the configset", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if the collection's schema cannot hold entries of that dimension */
    static void requireSchema(SolrConnection at, int dimension) throws IOException {
        Map<String, Object> type;
        try {
            type = at.told(c -> new SchemaRequest.FieldType(SolrEntries.EMBEDDING).process(c, at.collection()))
                    .getFieldType()
                    .getAttributes();
        } catch (UncheckedIOException e) {
            throw wrong(
                    at,
                    "it has no readable field type \"embedding\" ("
                            + e.getCause().getMessage() + ")");
        }
        if (!TYPE.equals(type.get("class"))
                || !SIMILARITY.equals(type.get("similarityFunction"))
                || !Integer.toString(dimension).equals(String.valueOf(type.get("vectorDimension")))) {
            throw wrong(
                    at,
                    "its embeddings are " + type + ", expected " + TYPE + " of vectorDimension " + dimension
                            + " with similarityFunction " + SIMILARITY);
        }
    }

    private static IOException wrong(SolrConnection at, String what) {
        return new IOException("the collection " + at.collection() + " has another schema: " + what
                + ". Make a new collection with SolrDatabase.create");
    }
}
