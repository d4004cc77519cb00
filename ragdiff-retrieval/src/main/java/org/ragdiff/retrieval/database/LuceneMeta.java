package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ragdiff.core.provenance.Provenance;

/**
 * What each commit says of itself.
 *
 * @param dimension of the embeddings
 * @param encoderFingerprint of the encoder that made them
 * @param next place in the order for the next new entry
 * @param provenance of the entries
 */
record LuceneMeta(int dimension, String encoderFingerprint, long next, Optional<Provenance> provenance) {
    static final int FORMAT = 1;
    /** Lucene indexes no longer vectors. */
    static final int MAX_DIMENSION = 1024;

    static final String FORMAT_KEY = "ragdiff.format";
    private static final String DIMENSION = "ragdiff.dimension";
    private static final String ENCODER = "ragdiff.encoder";
    private static final String NEXT = "ragdiff.next";

    Map<String, String> toCommitData() {
        Map<String, String> data = new LinkedHashMap<>();
        data.put(FORMAT_KEY, Integer.toString(FORMAT));
        data.put(DIMENSION, Integer.toString(dimension));
        data.put(ENCODER, encoderFingerprint);
        data.put(NEXT, Long.toString(next));
        provenance.ifPresent(p -> data.put(Provenance.METADATA_KEY, p.toJson()));
        return data;
    }

    /** @throws IOException if it is not what a commit of this version says */
    static LuceneMeta fromCommitData(Map<String, String> data) throws IOException {
        String format = data.get(FORMAT_KEY);
        if (format == null) {
            throw new IOException("it is a Lucene index, but no structure database");
        }
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new IOException("its format version is " + format + ", this program reads version " + FORMAT);
        }
        try {
            int dimension = Integer.parseInt(data.get(DIMENSION));
            long next = Long.parseLong(data.get(NEXT));
            String encoder = data.get(ENCODER);
            if (dimension < 1 || dimension > MAX_DIMENSION || next < 0 || encoder == null) {
                throw new IOException("its description makes no sense: " + data);
            }
            return new LuceneMeta(
                    dimension, encoder, next, Provenance.fromMetadata(data, "the structure database's commit"));
        } catch (NumberFormatException e) {
            throw new IOException("its description makes no sense: " + data, e);
        }
    }

    LuceneMeta withNext(long place) {
        return new LuceneMeta(dimension, encoderFingerprint, place, provenance);
    }

    LuceneMeta withProvenance(Provenance made) {
        return new LuceneMeta(dimension, encoderFingerprint, next, Optional.of(made));
    }
}
