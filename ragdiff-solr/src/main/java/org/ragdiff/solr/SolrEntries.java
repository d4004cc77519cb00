package org.ragdiff.solr;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.io.EntryCodec;

/** Entries as Solr documents and back. Stateless. */
final class SolrEntries {
    static final String ID = "id";
    static final String KIND = "kind";
    static final String ENTRY = "entry";
    static final String PLACE = "place";
    static final String EMBEDDING = "embedding";
    static final String GROUP = "group";
    /** What an entry is made from again. */
    static final String FIELDS = "id,place,vector,record";

    private static final String VECTOR = "vector";
    private static final String RECORD = "record";

    private SolrEntries() {}

    /**
     * An entry and its place in the order.
     *
     * @param place the lower was added first
     */
    record Placed(StructureEntry entry, long place) implements Comparable<Placed> {
        @Override
        public int compareTo(Placed other) {
            int order = Long.compare(place, other.place);
            return order != 0 ? order : key(entry.id()).compareTo(key(other.entry.id()));
        }
    }

    /** The document's id: without characters that mean something to Solr. */
    static String key(String id) {
        return "e." + encoded(id);
    }

    static String groupKey(String group) {
        return "g." + encoded(group);
    }

    static String attributeField(Enum<?> value) {
        return value.getDeclaringClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if the entry cannot be kept */
    static void requireEncodable(StructureEntry e) {
        EntryCodec.requireEncodable(e);
        for (String text : List.of(e.id(), e.group())) {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw new IllegalArgumentException(
                        "entry " + e.id() + " has half a character in its id or group: give it another");
            }
        }
    }

    static SolrInputDocument document(StructureEntry e, long place) {
        SolrInputDocument d = new SolrInputDocument();
        d.addField(ID, key(e.id()));
        d.addField(KIND, ENTRY);
        d.addField(PLACE, place);
        d.addField(GROUP, groupKey(e.group()));
        for (Enum<?> value : e.attributes().values()) {
            d.addField(attributeField(value), value.name());
        }
        List<Float> numbers = new ArrayList<>(e.embedding().length);
        ByteBuffer vector =
                ByteBuffer.allocate(Float.BYTES * e.embedding().length).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : e.embedding()) {
            numbers.add(v);
            vector.putFloat(v);
        }
        d.addField(EMBEDDING, numbers);
        d.addField(VECTOR, vector.array());
        d.addField(RECORD, EntryCodec.encode(e));
        return d;
    }

    /** @throws IOException if the document is no entry of that dimension */
    static Placed entry(SolrDocument d, int dimension) throws IOException {
        Object id = d.getFieldValue(ID);
        try {
            byte[] record = bytes(d, RECORD);
            StructureEntry e = EntryCodec.decode(record, 0, record.length, vector(bytes(d, VECTOR), dimension));
            if (!key(e.id()).equals(id)) {
                throw new IOException("it holds entry " + e.id());
            }
            return new Placed(e, place(d));
        } catch (IOException e) {
            throw new IOException("document " + id + " is no entry: " + e.getMessage(), e);
        }
    }

    static long place(SolrDocument d) throws IOException {
        if (d.getFieldValue(PLACE) instanceof Number place && place.longValue() >= 0) {
            return place.longValue();
        }
        throw new IOException("it has no place in the order");
    }

    private static float[] vector(byte[] bytes, int dimension) throws IOException {
        if (bytes.length != Float.BYTES * dimension) {
            throw new IOException("its vector has " + bytes.length + " bytes, expected " + Float.BYTES * dimension);
        }
        float[] v = new float[dimension];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(v);
        for (float x : v) {
            if (!Float.isFinite(x)) {
                throw new IOException("its vector has " + x);
            }
        }
        return v;
    }

    private static byte[] bytes(SolrDocument d, String field) throws IOException {
        Object value = d.getFieldValue(field);
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        throw new IOException("its field " + field + " is "
                + (value == null ? "missing" : "a " + value.getClass().getSimpleName()) + ", expected bytes");
    }
}
