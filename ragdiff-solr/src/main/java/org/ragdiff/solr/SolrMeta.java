package org.ragdiff.solr;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.ragdiff.core.provenance.Provenance;

/**
 * What a collection says of itself, in a document of its own.
 *
 * @param dimension of the embeddings
 * @param encoderFingerprint of the encoder that made them
 * @param provenance of the entries
 */
record SolrMeta(int dimension, String encoderFingerprint, Optional<Provenance> provenance) {
    static final String ID = "meta";
    static final String KIND = "meta";
    static final int FORMAT = 1;
    /** Lucene indexes no longer vectors. */
    static final int MAX_DIMENSION = 1024;

    private static final String FORMAT_FIELD = "format";
    private static final String DIMENSION = "dimension";
    private static final String ENCODER = "encoder";
    private static final String PROVENANCE = "provenance";

    SolrInputDocument toDocument() {
        SolrInputDocument d = new SolrInputDocument();
        d.addField(SolrEntries.ID, ID);
        d.addField(SolrEntries.KIND, KIND);
        d.addField(FORMAT_FIELD, FORMAT);
        d.addField(DIMENSION, dimension);
        d.addField(ENCODER, encoderFingerprint);
        provenance.ifPresent(p -> d.addField(PROVENANCE, p.toJson()));
        return d;
    }

    /** @throws IOException if it is not what a collection of this version says */
    static SolrMeta from(SolrDocument d) throws IOException {
        Object format = d.getFieldValue(FORMAT_FIELD);
        if (!(format instanceof Number n) || n.longValue() != FORMAT) {
            throw new IOException("its format version is " + format + ", this program reads version " + FORMAT);
        }
        Object dimension = d.getFieldValue(DIMENSION);
        Object encoder = d.getFieldValue(ENCODER);
        Object provenance = d.getFieldValue(PROVENANCE);
        if (!(dimension instanceof Number length)
                || length.longValue() < 1
                || length.longValue() > MAX_DIMENSION
                || !(encoder instanceof String fingerprint)
                || !(provenance == null || provenance instanceof String)) {
            throw new IOException("its description makes no sense: dimension " + dimension + ", encoder " + encoder);
        }
        return new SolrMeta(
                length.intValue(),
                fingerprint,
                provenance == null
                        ? Optional.empty()
                        : Provenance.fromMetadata(
                                Map.of(Provenance.METADATA_KEY, (String) provenance), "the collection's description"));
    }

    SolrMeta withProvenance(Provenance made) {
        return new SolrMeta(dimension, encoderFingerprint, Optional.of(made));
    }
}
