package org.ragdiff.core.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The operands of one call, checked as they are named: inputs first, then outputs. An expected size of
 * {@link #ANY} matches every positive size. Used by one thread, for one call.
 */
final class OperandCheck {
    static final long ANY = -1;

    private final String operation;
    private final boolean finite;
    private final String[] names = new String[13];
    private final INDArray[] arrays = new INDArray[13];
    private final long[] starts = new long[13];
    private final boolean[] mayBeOutput = new boolean[13];
    /** The columns that are written of an output that is written in part; otherwise null. */
    private final Columns[] written = new Columns[13];

    private int count;
    private int inputs;

    OperandCheck(String operation, boolean finite) {
        this.operation = operation;
        this.finite = finite;
    }

    /** An operand that is read and that no output may overlap. */
    OperandCheck in(String name, INDArray a, long... shape) {
        input(name, a, false, shape);
        return this;
    }

    /** An operand that is read, and that an output may be, whole. */
    OperandCheck inOrOut(String name, INDArray a, long... shape) {
        input(name, a, true, shape);
        return this;
    }

    /** An operand that must fit but is not read this time: it may hold anything, and an output may be it. */
    OperandCheck unread(String name, INDArray a, long... shape) {
        accept(name, a, shape);
        return this;
    }

    /** As {@link #in} of [rows, any], of which only these columns are read: others may hold anything. */
    OperandCheck inColumns(String name, INDArray a, int from, int width, long rows) {
        accept(name, a, new long[] {rows, ANY});
        Columns read = columns(name, a, from, width);
        add(name, a, false);
        inputs = count;
        requireFinite(name, a, read);
        return this;
    }

    /** As {@link #in}, or null. */
    OperandCheck optionalIn(String name, INDArray a, long... shape) {
        return a == null ? this : in(name, a, shape);
    }

    /** An operand that is written. */
    OperandCheck out(String name, INDArray a, long... shape) {
        accept(name, a, shape);
        long start = start(a);
        long end = start + a.length() * Float.BYTES;
        for (int i = 0; i < count; i++) {
            long otherEnd = starts[i] + arrays[i].length() * Float.BYTES;
            if (start < otherEnd && starts[i] < end && !(mayBeOutput[i] && start == starts[i] && end == otherEnd)) {
                throw failure(name + " shares memory with " + names[i] + "; give it an array of its own");
            }
        }
        add(name, a, false);
        return this;
    }

    /** As {@link #out} of [rows, any], of which only these columns are written: others may hold anything. */
    OperandCheck outColumns(String name, INDArray a, int from, int width, long rows) {
        out(name, a, rows, ANY);
        written[count - 1] = columns(name, a, from, width);
        return this;
    }

    /** An operand that is read and then overwritten in place. */
    OperandCheck inOut(String name, INDArray a, long... shape) {
        out(name, a, shape);
        requireFinite(name, a, Columns.all(a));
        return this;
    }

    /** As {@link #out}, or null. */
    OperandCheck optionalOut(String name, INDArray a, long... shape) {
        return a == null ? this : out(name, a, shape);
    }

    /** Any rank and any sizes. */
    OperandCheck inAnyShape(String name, INDArray a) {
        requirePresent(name, a);
        return in(name, a, a.shape());
    }

    OperandCheck require(boolean condition, String expected, Object came) {
        if (!condition) {
            throw failure("expected " + expected + ", got " + came);
        }
        return this;
    }

    /** Values that must come together or not at all. */
    OperandCheck together(String nameA, INDArray a, String nameB, INDArray b) {
        if ((a == null) != (b == null)) {
            throw failure(nameA + " is " + (a == null ? "null" : "given") + " but " + nameB + " is "
                    + (b == null ? "null" : "given") + "; give both or neither");
        }
        return this;
    }

    /** Looks for NaN and infinities in the outputs, if asked to. */
    void done() {
        if (finite) {
            for (int i = inputs; i < count; i++) {
                long at = firstNonFinite(arrays[i], written[i] == null ? Columns.all(arrays[i]) : written[i]);
                if (at >= 0) {
                    throw new ArithmeticException(operation + ": wrote " + arrays[i].getFloat(at) + " into element "
                            + at + " of " + names[i] + " " + Arrays.toString(arrays[i].shape())
                            + ", from finite inputs");
                }
            }
        }
    }

    void requirePresent(String name, INDArray a) {
        if (a == null) {
            throw failure(name + " is null");
        }
        if (a.wasClosed()) {
            throw failure(name + " is closed");
        }
    }

    /** Checks type, rank, sizes and layout. */
    private void accept(String name, INDArray a, long[] expected) {
        requirePresent(name, a);
        if (a.dataType() != DataType.FLOAT) {
            throw failure(name + " is " + a.dataType() + ", expected FLOAT");
        }
        long[] shape = a.shape();
        boolean fits = shape.length == expected.length;
        for (int d = 0; fits && d < shape.length; d++) {
            fits = expected[d] == ANY ? shape[d] > 0 : shape[d] == expected[d];
        }
        if (!fits || a.isEmpty()) {
            throw failure(name + " has shape " + Arrays.toString(shape) + ", expected "
                    + Arrays.toString(expected).replace(Long.toString(ANY), "any"));
        }
        long[] strides = a.stride();
        long dense = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            if (shape[d] != 1 && strides[d] != dense) {
                throw failure(name + " " + Arrays.toString(shape) + " has strides " + Arrays.toString(strides)
                        + ", expected contiguous 'c' order; pass a dup('c') of it");
            }
            dense *= shape[d];
        }
    }

    private void input(String name, INDArray a, boolean outputMayBeIt, long[] shape) {
        accept(name, a, shape);
        add(name, a, outputMayBeIt);
        inputs = count;
        requireFinite(name, a, Columns.all(a));
    }

    private void requireFinite(String name, INDArray a, Columns read) {
        long at = finite ? firstNonFinite(a, read) : -1;
        if (at >= 0) {
            throw failure(name + " " + Arrays.toString(a.shape()) + " holds " + a.getFloat(at) + " in element " + at
                    + ", expected finite values");
        }
    }

    private Columns columns(String name, INDArray a, int from, int width) {
        long all = a.size(1);
        require(
                from >= 0 && width > 0 && (long) from + width <= all,
                "at least one of the " + all + " channels of " + name,
                width + " from " + from);
        return new Columns(a.size(0), all, from, width);
    }

    /** A part of an array in 'c' order: {@code width} elements of each row from {@code from} on. */
    private record Columns(long rows, long stride, long from, long width) {
        static Columns all(INDArray a) {
            return new Columns(1, a.length(), 0, a.length());
        }
    }

    private void add(String name, INDArray a, boolean outputMayBeIt) {
        names[count] = name;
        arrays[count] = a;
        starts[count] = start(a);
        mayBeOutput[count++] = outputMayBeIt;
    }

    private static long start(INDArray a) {
        return a.data().pointer().address() + a.offset() * Float.BYTES;
    }

    private static long firstNonFinite(INDArray a, Columns part) {
        for (long row = 0; row < part.rows(); row++) {
            long at = HostArrays.firstNonFinite(a, row * part.stride() + part.from(), part.width());
            if (at >= 0) {
                return at;
            }
        }
        return -1;
    }

    private IllegalArgumentException failure(String what) {
        return new IllegalArgumentException(operation + ": " + what);
    }
}
