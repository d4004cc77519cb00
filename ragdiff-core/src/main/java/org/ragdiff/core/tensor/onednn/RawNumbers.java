package org.ragdiff.core.tensor.onednn;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.ragdiff.core.io.HalfFloats;

/** Reads and writes float32 or bfloat16 at addresses, a piece at a time. Not thread-safe. */
final class RawNumbers {
    private static final class Halves extends ShortPointer {
        Halves() {
            super((Pointer) null);
        }

        Halves at(long newAddress) {
            address = newAddress;
            return this;
        }
    }

    private final RawFloats floats = new RawFloats();
    private final Halves halves = new Halves();
    private final short[] piece;

    /** @param most numbers of a piece of bfloat16 */
    RawNumbers(int most) {
        piece = new short[most];
    }

    void get(boolean low, long address, float[] to, int count) {
        if (!low) {
            floats.at(address).get(to, 0, count);
            return;
        }
        halves.at(address).get(piece, 0, count);
        for (int i = 0; i < count; i++) {
            to[i] = HalfFloats.fromBf16(piece[i]);
        }
    }

    void put(boolean low, long address, float[] from, int count) {
        if (!low) {
            floats.at(address).put(from, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            piece[i] = HalfFloats.toBf16(from[i]);
        }
        halves.at(address).put(piece, 0, count);
    }
}
