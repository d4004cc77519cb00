package org.ragdiff.core.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostAccess;

/**
 * Writes safetensors files: at once or not at all ({@link AtomicFiles}), and the same bytes for the
 * same tensors. Tensors are in the order of the map, wider element types first, so that each is
 * aligned; the header is padded to 8 bytes. Stateless.
 */
public final class SafetensorsWriter {
    private static final int CHUNK = 1 << 18;

    private record Entry(String name, INDArray array, Dtype dtype) {
        long bytes() {
            return Math.multiplyExact(array.length(), dtype.bits() / 8);
        }
    }

    private SafetensorsWriter() {}

    /**
     * @param tensors any order and layout; not modified. Integers and booleans keep their type
     * @param storage F64, F32, F16 or BF16: the type of all floating-point tensors in the file
     * @param metadata goes into {@code __metadata__}, sorted by key
     * @throws IllegalArgumentException if a finite value is too large for {@code storage}
     * @throws IOException with a one-line message if the file cannot be written
     */
    public static void write(Path path, Map<String, INDArray> tensors, Dtype storage, Map<String, String> metadata)
            throws IOException {
        if (!storage.isFloat()) {
            throw new IllegalArgumentException("storage must be F64, F32, F16 or BF16, got " + storage);
        }
        List<Entry> entries = new ArrayList<>();
        tensors.forEach((name, array) -> entries.add(new Entry(name, array, dtypeOf(name, array, storage))));
        entries.sort(Comparator.comparingInt(e -> -e.dtype().bits()));
        long letters = metadata.entrySet().stream()
                .mapToLong(e -> (long) e.getKey().length() + e.getValue().length())
                .sum();
        if (letters > SafetensorsHeader.MAX_BYTES) {
            throw tooLarge(letters);
        }
        byte[] header = header(entries, metadata);
        AtomicFiles.writeChannel(path, channel -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(Math.max(8 + header.length, CHUNK * 8))
                    .order(ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(header.length).put(header);
            flush(buffer, channel);
            for (Entry e : entries) {
                writeTensor(e, buffer, channel);
            }
        });
    }

    private static Dtype dtypeOf(String name, INDArray array, Dtype storage) {
        if (name.equals("__metadata__")) {
            throw new IllegalArgumentException("a tensor cannot be named __metadata__");
        }
        return array.dataType().isFPType()
                ? storage
                : Dtype.of(array.dataType())
                        .orElseThrow(() -> new IllegalArgumentException("tensor \"" + name + "\" has the type "
                                + array.dataType() + ", which cannot be stored"));
    }

    private static byte[] header(List<Entry> entries, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> e : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(e.getKey(), e.getValue());
                }
                json.writeEndObject();
            }
            long at = 0;
            for (Entry e : entries) {
                json.writeObjectFieldStart(e.name());
                json.writeStringField("dtype", e.dtype().name());
                json.writeFieldName("shape");
                long[] shape = e.array().shape();
                json.writeArray(shape, 0, shape.length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {at, Math.addExact(at, e.bytes())}, 0, 2);
                json.writeEndObject();
                at += e.bytes();
            }
            json.writeEndObject();
        }
        int padded = (out.size() + 7) / 8 * 8;
        if (padded > SafetensorsHeader.MAX_BYTES) {
            throw tooLarge(padded);
        }
        byte[] header = Arrays.copyOf(out.toByteArray(), padded);
        Arrays.fill(header, out.size(), padded, (byte) ' ');
        return header;
    }

    private static IllegalArgumentException tooLarge(long bytes) {
        return new IllegalArgumentException("the header would have at least " + bytes + " bytes, the limit is "
                + SafetensorsHeader.MAX_BYTES + "; use fewer tensors or shorter metadata");
    }

    private static void writeTensor(Entry e, ByteBuffer buffer, FileChannel channel) throws IOException {
        if (e.array().length() == 0) {
            return;
        }
        if (!e.dtype().isFloat() || e.dtype() == Dtype.F64) {
            writeRaw(e, channel);
            return;
        }
        INDArray dense = FloatMemory.dense(e.array());
        float[] values = new float[(int) Math.min(CHUNK, dense.length())];
        for (long done = 0; done < dense.length(); done += values.length) {
            int n = (int) Math.min(values.length, dense.length() - done);
            FloatMemory.get(dense, done, values, n);
            if (e.dtype() == Dtype.F32) {
                buffer.asFloatBuffer().put(values, 0, n);
                buffer.position(n * Float.BYTES);
            } else {
                for (int i = 0; i < n; i++) {
                    buffer.putShort(narrow(e, values[i]));
                }
            }
            flush(buffer, channel);
        }
    }

    private static short narrow(Entry e, float value) {
        boolean f16 = e.dtype() == Dtype.F16;
        short bits = f16 ? HalfFloats.toF16(value) : HalfFloats.toBf16(value);
        if ((bits & 0x7fff) == (f16 ? 0x7c00 : 0x7f80) && Float.isFinite(value)) {
            throw new IllegalArgumentException("tensor \"" + e.name() + "\" holds " + value
                    + ", which is too large for " + e.dtype() + "; store it as F32");
        }
        return bits;
    }

    private static void writeRaw(Entry e, FileChannel channel) throws IOException {
        DataType type = e.dtype().nd4j().orElseThrow();
        HostAccess.reading(e.array());
        INDArray typed = e.array().dataType() == type ? e.array() : e.array().castTo(type);
        INDArray dense = typed.dup('c');
        try {
            writeRaw(dense, e.bytes(), channel);
        } finally {
            dense.close();
            if (typed != e.array()) {
                typed.close();
            }
        }
    }

    private static void writeRaw(INDArray dense, long bytes, FileChannel channel) throws IOException {
        BytePointer memory = new BytePointer(dense.data().pointer()).capacity(bytes);
        for (long at = 0; at < bytes; at += 1 << 30) {
            ByteBuffer part =
                    memory.position(at).limit(Math.min(bytes, at + (1 << 30))).asByteBuffer();
            while (part.hasRemaining()) {
                channel.write(part);
            }
            memory.limit(bytes);
        }
    }

    private static void flush(ByteBuffer buffer, FileChannel channel) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
