package org.ragdiff.retrieval.database.exchange;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ragdiff.core.io.HalfFloats;

/** Writes a NumPy array row by row; the header says how many there will be. Not thread-safe. */
final class NpyWriter implements AutoCloseable {
    private final OutputStream out;
    private final NpyHeader header;

    NpyWriter(Path file, NpyHeader header) throws IOException {
        this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        this.header = header;
        out.write(header.encode());
    }

    void row(float[] values) throws IOException {
        if (values.length != header.rowLength()) {
            throw new IllegalArgumentException(
                    "a row of " + values.length + " numbers, expected " + header.rowLength());
        }
        ByteBuffer data =
                ByteBuffer.allocate(values.length * header.numberBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) {
            if (header.half()) {
                data.putShort(HalfFloats.toF16(v));
            } else {
                data.putFloat(v);
            }
        }
        out.write(data.array());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
