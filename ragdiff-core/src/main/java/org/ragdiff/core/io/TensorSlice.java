package org.ragdiff.core.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a tensor, chosen along its first dimensions as in the safetensors reference: what a range leaves out is not
 * read. Unlike numpy's, a range may not end beyond its dimension. Immutable.
 */
public final class TensorSlice {
    private final long[] shape;
    /** First element of each run of neighbours, row-major. */
    private final long[] starts;
    /** Elements of each run. */
    private final long run;

    private TensorSlice(long[] shape, long[] starts, long run) {
        this.shape = shape;
        this.starts = starts;
        this.run = run;
    }

    /**
     * What is kept of one dimension.
     *
     * @param from first kept; counted from the end if negative
     * @param to after the last kept; counted from the end if negative, {@link #END} for all
     * @param dropped whether the dimension, of which one position is kept, disappears
     */
    public record Range(long from, long to, boolean dropped) {
        /** The length of the dimension. */
        public static final long END = Long.MAX_VALUE;

        public static Range all() {
            return new Range(0, END, false);
        }

        public static Range of(long from, long to) {
            return new Range(from, to, false);
        }

        /** A single position; the dimension disappears. */
        public static Range at(long position) {
            return new Range(position, position + 1, true);
        }

        /** Nothing: the dimension has length 0. */
        public static Range none() {
            return new Range(0, 0, false);
        }

        private long[] in(int dimension, long size) {
            long first = from < 0 ? from + size : from;
            long after = dropped ? first + 1 : to == END ? size : to < 0 ? to + size : to;
            if (dropped && (first < 0 || first >= size)) {
                throw new IllegalArgumentException(
                        "index " + from + " is out of bounds for dimension " + dimension + " of size " + size);
            }
            if (first < 0 || after < first || after > size) {
                throw new IllegalArgumentException("the range from " + from + " to " + to
                        + " does not lie in dimension " + dimension + " of size " + size);
            }
            return new long[] {first, after};
        }
    }

    /**
     * @param shape of the whole tensor; not modified
     * @param ranges for its first dimensions; the others are kept whole
     * @throws IllegalArgumentException if a range does not lie in its dimension, or the part has over 2³¹ runs
     */
    public static TensorSlice of(long[] shape, Range... ranges) {
        if (ranges.length > shape.length) {
            throw new IllegalArgumentException(
                    ranges.length + " ranges for a tensor of shape " + Arrays.toString(shape));
        }
        int n = shape.length;
        long[][] kept = new long[n][];
        List<Long> result = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            Range r = i < ranges.length ? ranges[i] : Range.all();
            kept[i] = r.in(i, shape[i]);
            if (!r.dropped()) {
                result.add(kept[i][1] - kept[i][0]);
            }
        }
        long[] out = result.stream().mapToLong(Long::longValue).toArray();
        long run = 1;
        long size = 1;
        long[] starts = {0};
        for (int i = n - 1; i >= 0; i--) {
            long count = kept[i][1] - kept[i][0];
            if (starts.length == 1 && run == size) {
                // Everything behind is kept: neighbours here are neighbours in the file.
                starts[0] = kept[i][0] * size;
                run *= count;
            } else {
                long[] more = new long[Math.toIntExact(Math.multiplyExact(count, (long) starts.length))];
                for (int k = 0; k < more.length; k++) {
                    more[k] = (kept[i][0] + k / starts.length) * size + starts[k % starts.length];
                }
                starts = more;
            }
            size = Math.multiplyExact(size, shape[i]);
        }
        return new TensorSlice(out, run == 0 ? new long[0] : starts, run);
    }

    /** The shape of the part. */
    public long[] shape() {
        return shape.clone();
    }

    /** Elements of the part. */
    public long length() {
        return run * starts.length;
    }

    /** Number of runs of neighbouring elements. */
    int runs() {
        return starts.length;
    }

    /** First element of a run. */
    long start(int i) {
        return starts[i];
    }

    /** Elements of each run. */
    long run() {
        return run;
    }
}
