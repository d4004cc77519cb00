package org.ragdiff.solr;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.solr.client.solrj.impl.BinaryResponseParser;
import org.apache.solr.common.util.NamedList;

/** Reads Solr's binary answers up to a number of bytes. Thread-safe. */
final class BoundedAnswers extends BinaryResponseParser {
    private final long limit;

    BoundedAnswers(long limit) {
        this.limit = limit;
    }

    @Override
    public NamedList<Object> processResponse(InputStream body, String encoding) {
        return super.processResponse(new Bounded(body), encoding);
    }

    private final class Bounded extends FilterInputStream {
        private long left = limit;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int n = super.read(to, from, length);
            count(Math.max(0, n));
            return n;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("an answer of Solr has more than " + limit + " bytes");
            }
        }
    }
}
