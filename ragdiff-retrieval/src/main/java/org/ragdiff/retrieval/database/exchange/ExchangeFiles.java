package org.ragdiff.retrieval.database.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.provenance.Provenance;

/** The files of an exported database and the records in them. Stateless. */
final class ExchangeFiles {
    static final String MANIFEST = "database.json";
    static final String ENTRIES = "entries.jsonl";
    static final String EMBEDDINGS = "embeddings.npy";
    static final String FIELDS = "fields.npy";
    static final String SILHOUETTES = "silhouettes";
    static final String THUMBNAILS = "thumbnails";

    static final String FORMAT = "ragdiff-structures";
    static final int VERSION = 1;

    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ExchangeFiles() {}

    /** What {@code database.json} holds. */
    @JsonPropertyOrder({"format", "version", "count", "dimension", "encoder", "provenance"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Manifest(String format, int version, int count, int dimension, String encoder, Provenance provenance) {}

    /**
     * A line of {@code entries.jsonl}. An attribute that is not there is UNKNOWN.
     *
     * @param silhouette a square picture, white inside, in the standard frame; relative to the folder
     * @param thumbnail a JPEG or PNG; relative to the folder
     */
    @JsonPropertyOrder({
        "id",
        "group",
        "category",
        "sleeve",
        "neckline",
        "length",
        "closure",
        "fit",
        "silhouette",
        "thumbnail"
    })
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            String id,
            String group,
            GarmentAttributes.Category category,
            GarmentAttributes.Sleeve sleeve,
            GarmentAttributes.Neckline neckline,
            GarmentAttributes.Length length,
            GarmentAttributes.Closure closure,
            GarmentAttributes.Fit fit,
            String silhouette,
            String thumbnail) {

        GarmentAttributes attributes() {
            GarmentAttributes none = GarmentAttributes.UNKNOWN;
            return new GarmentAttributes(
                    category == null ? none.category() : category,
                    sleeve == null ? none.sleeve() : sleeve,
                    neckline == null ? none.neckline() : neckline,
                    length == null ? none.length() : length,
                    closure == null ? none.closure() : closure,
                    fit == null ? none.fit() : fit);
        }
    }
}
