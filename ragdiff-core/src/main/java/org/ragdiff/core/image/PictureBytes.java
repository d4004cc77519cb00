package org.ragdiff.core.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file in memory as a decoder reads it, without a copy. Some decoders take the end of the data for
 * endless zeros and go on for seconds: after a few reads beyond the end this stream fails instead.
 * Not thread-safe.
 */
final class PictureBytes extends ImageInputStreamImpl {
    /** Decoders read ahead by some bytes; 8 would do for those in use. */
    private static final int READS_BEYOND_END = 256;

    private final byte[] bytes;
    private int beyondEnd;

    /**
     * @param bytes not copied, not modified
     */
    PictureBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : atEnd();
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        if (streamPos >= bytes.length) {
            return atEnd();
        }
        int n = (int) Math.min(length, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, to, offset, n);
        streamPos += n;
        return n;
    }

    private int atEnd() throws IOException {
        if (++beyondEnd > READS_BEYOND_END) {
            throw new IOException("its data ends too early");
        }
        return -1;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
