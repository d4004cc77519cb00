package org.ragdiff.bench;

import java.util.List;

/**
 * A row whose sides run in processes of their own, one after the other: networks whose weights should not lie in memory
 * twice, and training steps, whose memory is a figure of the row. Not part of a quick run.
 *
 * @param ours the process of ours
 * @param peer the peer's
 * @param peerName name and variant, such as {@code libtorch contiguous}
 * @param tolerance largest difference of what both sides call {@code check}, as a share of it
 */
public record SidedSpec(String name, String params, Work work, Side ours, Side peer, String peerName, double tolerance)
        implements RowSpec {
    /**
     * A program that prints one line of JSON with {@code medianSeconds}, {@code spread}, {@code heapBytes} of a
     * computation, {@code offHeapMB} at most and {@code check}, a number that depends on the whole result.
     */
    public record Side(Class<?> program, List<String> arguments) {
        public Side {
            arguments = List.copyOf(arguments);
        }
    }

    public SidedSpec {
        if (name.isBlank() || name.contains("/") || params.contains("/")) {
            throw new IllegalArgumentException("names of rows have no slash, got " + name + ", " + params);
        }
    }
}
