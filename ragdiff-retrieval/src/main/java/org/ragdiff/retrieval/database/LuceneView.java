package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.io.EntryCodec;

/** An index at one moment. Thread-safe while its reader is open; the reader's references are counted by the caller. */
final class LuceneView {
    private final DirectoryReader reader;
    private final IndexSearcher searcher;
    private long[] ordered;

    LuceneView(DirectoryReader reader) {
        this.reader = reader;
        this.searcher = new IndexSearcher(reader);
    }

    DirectoryReader reader() {
        return reader;
    }

    IndexSearcher searcher() {
        return searcher;
    }

    int count() {
        return reader.numDocs();
    }

    /** Number of the document of an entry, or -1. */
    int find(String id) throws IOException {
        Term term = new Term(LuceneFields.ID, id);
        for (LeafReaderContext leaf : reader.leaves()) {
            PostingsEnum found = leaf.reader().postings(term, PostingsEnum.NONE);
            Bits live = leaf.reader().getLiveDocs();
            for (int doc = found == null ? DocIdSetIterator.NO_MORE_DOCS : found.nextDoc();
                    doc != DocIdSetIterator.NO_MORE_DOCS;
                    doc = found.nextDoc()) {
                if (live == null || live.get(doc)) {
                    return leaf.docBase + doc;
                }
            }
        }
        return -1;
    }

    StructureEntry entry(int doc) throws IOException {
        Document stored = reader.storedFields().document(doc, Set.of(LuceneFields.RECORD));
        BytesRef bytes = stored.getBinaryValue(LuceneFields.RECORD);
        return EntryCodec.decode(bytes.bytes, bytes.offset, bytes.length, embedding(doc));
    }

    private float[] embedding(int doc) throws IOException {
        LeafReaderContext leaf = leaf(doc);
        FloatVectorValues values = leaf.reader().getFloatVectorValues(LuceneFields.EMBEDDING);
        if (values == null || values.advance(doc - leaf.docBase) != doc - leaf.docBase) {
            throw new IOException("document " + doc + " has no embedding");
        }
        return values.vectorValue().clone();
    }

    long place(int doc) throws IOException {
        LeafReaderContext leaf = leaf(doc);
        NumericDocValues places = leaf.reader().getNumericDocValues(LuceneFields.PLACE);
        if (places == null || !places.advanceExact(doc - leaf.docBase)) {
            throw new IOException("document " + doc + " has no place in the order");
        }
        return places.longValue();
    }

    /** Of the entry of a document, the bytes; empty if it has none. */
    byte[] thumbnail(int doc) throws IOException {
        BytesRef bytes = reader.storedFields()
                .document(doc, Set.of(LuceneFields.THUMBNAIL))
                .getBinaryValue(LuceneFields.THUMBNAIL);
        return bytes == null ? new byte[0] : Arrays.copyOfRange(bytes.bytes, bytes.offset, bytes.offset + bytes.length);
    }

    Optional<StructureEntry> get(String id) throws IOException {
        int doc = find(id);
        return doc < 0 ? Optional.empty() : Optional.of(entry(doc));
    }

    private LeafReaderContext leaf(int doc) {
        return reader.leaves().get(ReaderUtil.subIndex(doc, reader.leaves()));
    }

    /** Documents in the order of entries: place in the upper bits, document in the lower 31. */
    synchronized long[] ordered() throws IOException {
        if (ordered == null) {
            long[] keys = new long[reader.numDocs()];
            int n = 0;
            for (LeafReaderContext leaf : reader.leaves()) {
                LeafReader r = leaf.reader();
                NumericDocValues places = r.getNumericDocValues(LuceneFields.PLACE);
                Bits live = r.getLiveDocs();
                for (int doc = 0; doc < r.maxDoc(); doc++) {
                    if (live == null || live.get(doc)) {
                        if (places == null || !places.advanceExact(doc)) {
                            throw new IOException("document " + doc + " has no place in the order");
                        }
                        keys[n++] = places.longValue() << 31 | leaf.docBase + doc;
                    }
                }
            }
            Arrays.sort(keys);
            ordered = keys;
        }
        return ordered;
    }

    static int document(long key) {
        return (int) (key & Integer.MAX_VALUE);
    }
}
