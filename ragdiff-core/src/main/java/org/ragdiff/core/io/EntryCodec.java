package org.ragdiff.core.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureEntry;

/**
 * Entries without their embeddings as deflated bytes, as databases keep them. Fields: steps of 2⁻¹⁰ of the
 * frame, inside stays inside; the difference from the plane through three neighbours as a variable-length
 * integer. Encoding what was decoded gives the same bytes. Stateless.
 */
public final class EntryCodec {
    public static final int MAX_FIELD_SIDE = 256;
    /** Characters. */
    public static final int MAX_GROUP = 512;

    private static final int STEPS = 1024;
    /** Of deflate: a quarter of the time of the best for 4 % more bytes. */
    private static final int LEVEL = 4;
    /** Of an entry, unpacked: two texts, six attributes, a side, a field. */
    public static final int MAX_BYTES = 2 * (2 + 3 * 512) + 6 + 2 + 4 * MAX_FIELD_SIDE * MAX_FIELD_SIDE;

    private EntryCodec() {}

    /** The field as it comes back. */
    public static SignedDistanceField round(SignedDistanceField field) {
        return dequantise(field.side(), quantise(field));
    }

    /** @throws IllegalArgumentException if the entry has a larger field or a longer group than can be kept */
    public static void requireEncodable(StructureEntry e) {
        if (e.field().side() > MAX_FIELD_SIDE) {
            throw new IllegalArgumentException("entry " + e.id() + " has a field of side "
                    + e.field().side() + ", at most " + MAX_FIELD_SIDE + " are kept");
        }
        if (e.group().length() > MAX_GROUP) {
            throw new IllegalArgumentException("entry " + e.id() + " has a group of "
                    + e.group().length() + " characters, at most " + MAX_GROUP + " are kept");
        }
    }

    public static byte[] encode(StructureEntry e) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(8192);
        Deflater deflater = new Deflater(LEVEL, true);
        try {
            write(e, new DataOutputStream(plain));
            deflater.setInput(plain.toByteArray());
            deflater.finish();
            byte[] bytes = new byte[plain.size() + plain.size() / 100 + 64];
            int length = deflater.deflate(bytes);
            if (!deflater.finished()) {
                throw new IOException("it grows by deflating");
            }
            return Arrays.copyOf(bytes, length);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot encode entry " + e.id() + ": " + failed.getMessage(), failed);
        } finally {
            deflater.end();
        }
    }

    /**
     * @param embedding of the entry; not copied
     * @throws IOException if the bytes are no entry
     */
    public static StructureEntry decode(byte[] bytes, int from, int length, float[] embedding) throws IOException {
        Inflater inflater = new Inflater(true);
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes, from, length), inflater, 1024)) {
            byte[] plain = in.readNBytes(MAX_BYTES + 1);
            if (plain.length > MAX_BYTES) {
                throw new IOException("an entry unpacks to more than " + MAX_BYTES + " bytes");
            }
            return read(plain, embedding);
        } catch (EOFException | ZipException | BufferUnderflowException e) {
            throw new IOException("an entry ends early or does not unpack", e);
        } finally {
            inflater.end();
        }
    }

    private static void write(StructureEntry e, DataOutputStream out) throws IOException {
        out.writeUTF(e.id());
        out.writeUTF(e.group());
        for (Enum<?> value : e.attributes().values()) {
            out.writeByte(value.ordinal());
        }
        int side = e.field().side();
        out.writeShort(side);
        int[] field = quantise(e.field());
        for (int i = 0; i < field.length; i++) {
            int difference = field[i] - predict(field, side, i);
            writeVarint(out, (difference << 1) ^ (difference >> 31));
        }
    }

    private static StructureEntry read(byte[] plain, float[] embedding) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain));
        String id = in.readUTF();
        String group = in.readUTF();
        GarmentAttributes attributes = new GarmentAttributes(
                constant(in, GarmentAttributes.Category.values()),
                constant(in, GarmentAttributes.Sleeve.values()),
                constant(in, GarmentAttributes.Neckline.values()),
                constant(in, GarmentAttributes.Length.values()),
                constant(in, GarmentAttributes.Closure.values()),
                constant(in, GarmentAttributes.Fit.values()));
        int side = in.readUnsignedShort();
        if (side < 1 || side > MAX_FIELD_SIDE) {
            throw new IOException("entry " + id + " has a field of side " + side);
        }
        ByteBuffer rest = ByteBuffer.wrap(plain, plain.length - in.available(), in.available());
        int[] field = new int[side * side];
        for (int i = 0; i < field.length; i++) {
            int zigzag = readVarint(rest);
            field[i] = predict(field, side, i) + ((zigzag >>> 1) ^ -(zigzag & 1));
            if (field[i] < -STEPS || field[i] > STEPS) {
                throw new IOException("entry " + id + " has a distance outside [-1, 1]");
            }
        }
        try {
            return new StructureEntry(id, embedding, dequantise(side, field), attributes, group);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static int[] quantise(SignedDistanceField field) {
        float[] v = field.toArray();
        int[] q = new int[v.length];
        for (int i = 0; i < q.length; i++) {
            q[i] = (int) Math.floor(Math.max(-1, Math.min(1, v[i])) * STEPS);
        }
        return q;
    }

    /** Middles of the steps, so that the sign survives; the ends of the range stay in it. */
    private static SignedDistanceField dequantise(int side, int[] q) {
        float[] v = new float[q.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = q[i] == STEPS ? 1 : (q[i] + 0.5f) / STEPS;
        }
        return new SignedDistanceField(side, v);
    }

    private static int predict(int[] q, int side, int i) {
        int x = i % side;
        int y = i / side;
        if (y == 0) {
            return x == 0 ? 0 : q[i - 1];
        }
        return x == 0 ? q[i - side] : q[i - 1] + q[i - side] - q[i - side - 1];
    }

    private static <E> E constant(DataInputStream in, E[] values) throws IOException {
        int ordinal = in.readUnsignedByte();
        if (ordinal >= values.length) {
            throw new IOException("attribute value " + ordinal + " of "
                    + values.getClass().getComponentType() + " is unknown to this version");
        }
        return values[ordinal];
    }

    private static void writeVarint(DataOutputStream out, int value) throws IOException {
        int v = value;
        while ((v & ~0x7f) != 0) {
            out.writeByte(v & 0x7f | 0x80);
            v >>>= 7;
        }
        out.writeByte(v);
    }

    private static int readVarint(ByteBuffer in) throws IOException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = in.get();
            value |= (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        throw new IOException("a variable-length integer does not end");
    }
}
