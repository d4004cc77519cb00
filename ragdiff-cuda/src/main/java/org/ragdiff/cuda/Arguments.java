package org.ragdiff.cuda;

import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Arguments of a kernel in native memory, as launches take them: an array of addresses of values. Not thread-safe.
 */
public final class Arguments implements AutoCloseable {
    private static final int MOST = 16;
    private static final int BYTES = 64;

    private final BytePointer values = new BytePointer(MOST * BYTES);
    private final LongPointer addresses = new LongPointer(MOST);
    private final PointerPointer<Pointer> parameters = new PointerPointer<>(addresses);
    private final long[] pointers = new long[MOST];
    private int count;
    private int pointerCount;

    public Arguments() {
        values.retainReference();
        addresses.retainReference();
    }

    private long next() {
        if (count == MOST) {
            throw new IllegalStateException("a kernel takes at most " + MOST + " arguments");
        }
        long at = (long) count * BYTES;
        addresses.put(count++, values.address() + at);
        return at;
    }

    /** An address of device memory, or 0. */
    public Arguments pointer(long address) {
        values.putLong(next(), address);
        if (address != 0) {
            pointers[pointerCount++] = address;
        }
        return this;
    }

    public Arguments i32(long value) {
        values.putInt(next(), Math.toIntExact(value));
        return this;
    }

    public Arguments i64(long value) {
        values.putLong(next(), value);
        return this;
    }

    public Arguments f32(float value) {
        values.putFloat(next(), value);
        return this;
    }

    /** A struct of 4-byte members: Integer or Float. */
    public Arguments struct(Object... members) {
        long at = next();
        for (Object member : members) {
            if (member instanceof Float f) {
                values.putFloat(at, f);
            } else {
                values.putInt(at, (Integer) member);
            }
            at += 4;
        }
        return this;
    }

    /** Begins anew. */
    Arguments reset() {
        count = 0;
        pointerCount = 0;
        return this;
    }

    /** A copy in memory of its own. */
    Arguments copy() {
        Arguments other = new Arguments();
        Pointer.memcpy(other.values, values, (long) MOST * BYTES);
        for (int i = 0; i < count; i++) {
            other.next();
        }
        System.arraycopy(pointers, 0, other.pointers, 0, pointerCount);
        other.pointerCount = pointerCount;
        return other;
    }

    /** Native address of the array of addresses. */
    public long address() {
        return addresses.address();
    }

    /** The array of addresses; not to be closed. */
    public PointerPointer<Pointer> parameters() {
        return parameters;
    }

    /** The device addresses among the arguments. */
    public long[] pointers() {
        return Arrays.copyOf(pointers, pointerCount);
    }

    @Override
    public void close() {
        values.close();
        addresses.close();
    }
}
