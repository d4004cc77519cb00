package org.ragdiff.retrieval.database;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureEntry;

/**
 * Entries as bytes. Embeddings: 16 bits a value, scaled by the largest (error at most 1.6e-5 of it).
 * Fields: steps of 2⁻¹⁰ of the frame, inside stays inside; the difference from the plane through
 * three neighbours as a variable-length integer, which deflates well. Encoding what was decoded
 * gives the same bytes. Stateless.
 */
final class EntryCodec {
    static final int MAX_FIELD_SIDE = 256;

    private static final int STEPS = 1024;
    private static final int LEVELS = Short.MAX_VALUE;

    private EntryCodec() {}

    /** The entry as it comes back from a file. */
    static StructureEntry round(StructureEntry e) {
        short[] q = new short[e.embedding().length];
        float scale = quantise(e.embedding(), q);
        return new StructureEntry(
                e.id(),
                dequantise(q, scale),
                dequantise(e.field().side(), quantise(e.field())),
                e.attributes(),
                e.group());
    }

    static void write(StructureEntry e, DataOutputStream out) throws IOException {
        out.writeUTF(e.id());
        out.writeUTF(e.group());
        GarmentAttributes a = e.attributes();
        out.writeByte(a.category().ordinal());
        out.writeByte(a.sleeve().ordinal());
        out.writeByte(a.neckline().ordinal());
        out.writeByte(a.length().ordinal());
        out.writeByte(a.closure().ordinal());
        out.writeByte(a.fit().ordinal());
        short[] q = new short[e.embedding().length];
        out.writeFloat(quantise(e.embedding(), q));
        for (short v : q) {
            out.writeShort(v);
        }
        int side = e.field().side();
        out.writeShort(side);
        int[] field = quantise(e.field());
        for (int i = 0; i < field.length; i++) {
            int difference = field[i] - predict(field, side, i);
            writeVarint(out, (difference << 1) ^ (difference >> 31));
        }
    }

    static StructureEntry read(DataInputStream in, int dimension) throws IOException {
        String id = in.readUTF();
        String group = in.readUTF();
        GarmentAttributes attributes = new GarmentAttributes(
                constant(in, GarmentAttributes.Category.values()),
                constant(in, GarmentAttributes.Sleeve.values()),
                constant(in, GarmentAttributes.Neckline.values()),
                constant(in, GarmentAttributes.Length.values()),
                constant(in, GarmentAttributes.Closure.values()),
                constant(in, GarmentAttributes.Fit.values()));
        float scale = in.readFloat();
        if (!Float.isFinite(scale)) {
            throw new IOException("entry " + id + " has the embedding scale " + scale);
        }
        short[] q = new short[dimension];
        for (int i = 0; i < dimension; i++) {
            q[i] = in.readShort();
        }
        int side = in.readUnsignedShort();
        if (side < 1 || side > MAX_FIELD_SIDE) {
            throw new IOException("entry " + id + " has a field of side " + side);
        }
        int[] field = new int[side * side];
        for (int i = 0; i < field.length; i++) {
            int zigzag = readVarint(in);
            field[i] = predict(field, side, i) + ((zigzag >>> 1) ^ -(zigzag & 1));
            if (field[i] < -STEPS || field[i] > STEPS) {
                throw new IOException("entry " + id + " has a distance outside [-1, 1]");
            }
        }
        try {
            return new StructureEntry(id, dequantise(q, scale), dequantise(side, field), attributes, group);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static float quantise(float[] v, short[] out) {
        float scale = 0;
        for (float x : v) {
            scale = Math.max(scale, Math.abs(x));
        }
        for (int i = 0; i < v.length; i++) {
            out[i] = scale == 0 ? 0 : (short) Math.round(v[i] / (double) scale * LEVELS);
        }
        return scale;
    }

    private static float[] dequantise(short[] q, float scale) {
        float[] v = new float[q.length];
        for (int i = 0; i < q.length; i++) {
            v[i] = (float) (q[i] * (double) scale / LEVELS);
        }
        return v;
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

    private static int readVarint(DataInputStream in) throws IOException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = in.readUnsignedByte();
            value |= (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        throw new IOException("a variable-length integer does not end");
    }
}
