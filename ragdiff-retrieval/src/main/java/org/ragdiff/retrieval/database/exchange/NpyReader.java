package org.ragdiff.retrieval.database.exchange;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ragdiff.core.io.HalfFloats;

/** Reads the rows of a NumPy array one after another. Not thread-safe. */
final class NpyReader implements AutoCloseable {
    private final DataInputStream in;
    private final NpyHeader header;

    NpyReader(Path file) throws IOException {
        this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        try {
            this.header = NpyHeader.read(in, Files.size(file), file);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    long[] shape() {
        return header.shape().clone();
    }

    /** The next row. */
    float[] row() throws IOException {
        int n = Math.toIntExact(header.rowLength());
        byte[] bytes = in.readNBytes(n * header.numberBytes());
        if (bytes.length < n * header.numberBytes()) {
            throw new EOFException("an array ends early");
        }
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = header.half() ? HalfFloats.fromF16(data.getShort()) : data.getFloat();
        }
        return out;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
