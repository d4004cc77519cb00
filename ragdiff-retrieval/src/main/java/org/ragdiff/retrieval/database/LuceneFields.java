package org.ragdiff.retrieval.database;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.io.EntryCodec;

/** Entries as Lucene documents, and filters as Lucene queries. Stateless. */
final class LuceneFields {
    static final String ID = "id";
    static final String EMBEDDING = "embedding";
    /** Place in the order of entries. */
    static final String PLACE = "place";

    static final String RECORD = "record";
    static final String THUMBNAIL = "thumbnail";
    private static final String GROUP = "group";

    private LuceneFields() {}

    /**
     * What is indexed of an entry.
     *
     * @param record by {@link EntryCodec}
     * @param thumbnail empty if there is none
     */
    record Row(
            String id,
            String group,
            GarmentAttributes attributes,
            float[] embedding,
            byte[] record,
            byte[] thumbnail,
            long place,
            boolean isNew) {
        Row withThumbnail(byte[] picture) {
            return new Row(id, group, attributes, embedding, record, picture, place, isNew);
        }

        /** About what it takes in memory. */
        long bytes() {
            return 256L + record.length + thumbnail.length + (long) Float.BYTES * embedding.length;
        }
    }

    static Document document(Row row) {
        Document d = new Document();
        d.add(new StringField(ID, row.id(), Field.Store.NO));
        d.add(new StringField(GROUP, row.group(), Field.Store.NO));
        for (Enum<?> value : row.attributes().values()) {
            d.add(new StringField(name(value), value.name(), Field.Store.NO));
        }
        d.add(new NumericDocValuesField(PLACE, row.place()));
        d.add(new KnnFloatVectorField(EMBEDDING, row.embedding(), VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
        d.add(new StoredField(RECORD, row.record()));
        if (row.thumbnail().length > 0) {
            d.add(new StoredField(THUMBNAIL, row.thumbnail()));
        }
        return d;
    }

    private static String name(Enum<?> value) {
        return value.getDeclaringClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** The filter as a query; null if it lets everything pass. */
    static Query query(EntryFilter filter) {
        if (filter.isAny()) {
            return null;
        }
        Map<String, List<BytesRef>> values = new LinkedHashMap<>();
        for (Enum<?> value : filter.attributes()) {
            values.computeIfAbsent(name(value), n -> new ArrayList<>()).add(new BytesRef(value.name()));
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        all.add(new MatchAllDocsQuery(), BooleanClause.Occur.FILTER);
        values.forEach((name, allowed) -> all.add(new TermInSetQuery(name, allowed), BooleanClause.Occur.FILTER));
        without(all, ID, filter.withoutIds());
        without(all, GROUP, filter.withoutGroups());
        return all.build();
    }

    private static void without(BooleanQuery.Builder all, String field, Iterable<String> values) {
        List<BytesRef> terms = new ArrayList<>();
        values.forEach(v -> terms.add(new BytesRef(v)));
        if (!terms.isEmpty()) {
            all.add(new TermInSetQuery(field, terms), BooleanClause.Occur.MUST_NOT);
        }
    }
}
