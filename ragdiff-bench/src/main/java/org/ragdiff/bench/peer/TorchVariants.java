package org.ragdiff.bench.peer;

import java.util.ArrayList;
import java.util.List;

/**
 * Several ways to compute the same with libtorch, of which the fastest is the peer: memory formats, and
 * results in new memory or in memory that is there already.
 */
public final class TorchVariants implements AutoCloseable {
    private static final int ROUNDS = 5;

    private record Variant(String name, TorchFunction function, TorchFunction.Bound call, boolean channelsFirst) {}

    private final List<Variant> variants = new ArrayList<>();
    private Variant chosen;

    /**
     * Adds a way whose result has ours' order of dimensions.
     *
     * @param methods as for {@link TorchPeer#compile}
     */
    public void add(String name, String methods, Object... arguments) {
        add(name, false, methods, arguments);
    }

    /** Adds a way whose result is [N, C, H, W] where ours is [N, H, W, C]. */
    public void addChannelsFirst(String name, String methods, Object... arguments) {
        add(name, true, methods, arguments);
    }

    private void add(String name, boolean channelsFirst, String methods, Object... arguments) {
        TorchFunction f = TorchPeer.compile(methods);
        variants.add(new Variant(name, f, f.bind(arguments), channelsFirst));
    }

    /** Runs each a few times, in turns, and keeps the fastest; the others are closed. Its name. */
    public String choose() {
        return choose(ROUNDS);
    }

    /** As {@link #choose()}, after so many runs of each. */
    public String choose(int rounds) {
        long[] best = new long[variants.size()];
        java.util.Arrays.fill(best, Long.MAX_VALUE);
        for (int round = 0; round < rounds && variants.size() > 1; round++) {
            for (int i = 0; i < best.length; i++) {
                long start = System.nanoTime();
                variants.get(i).call.run();
                best[i] = Math.min(best[i], System.nanoTime() - start);
            }
        }
        int fastest = 0;
        for (int i = 1; i < best.length; i++) {
            fastest = best[i] < best[fastest] ? i : fastest;
        }
        chosen = variants.get(fastest);
        for (Variant v : variants) {
            if (v != chosen) {
                close(v);
            }
        }
        variants.clear();
        return chosen.name;
    }

    /** Computes once by the chosen way. */
    public void run() {
        chosen.call.run();
    }

    /** The result of one computation, in ours' order of dimensions. */
    public float[] read() {
        try (TorchTensor out = chosen.call.call()) {
            if (!chosen.channelsFirst) {
                return out.read();
            }
            try (TorchTensor last = out.permute(0, 2, 3, 1)) {
                return last.read();
            }
        }
    }

    private static void close(Variant v) {
        v.call.close();
        v.function.close();
    }

    @Override
    public void close() {
        if (chosen != null) {
            close(chosen);
        }
        variants.forEach(TorchVariants::close);
    }
}
