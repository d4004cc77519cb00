package org.ragdiff.bench.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ragdiff.bench.Differences;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;

/** Work in Java beside libtorch's, of which each gives a list of numbers. */
abstract class RetrievalCase implements PairedCase {
    private final Random random = new Random(11);
    private final List<TorchTensor> tensors = new ArrayList<>();
    private TorchVariants variants;

    /** Adds the peer's ways; none if there is no peer. */
    void addVariants(TorchVariants v) {}

    /** Whether {@link #addVariants} adds any. */
    boolean hasPeer() {
        return true;
    }

    /** The numbers that the peer's result has to equal. */
    float[] result() {
        throw new UnsupportedOperationException("no peer");
    }

    @Override
    public final String openPeer(int threads) {
        if (!hasPeer() || TorchPeer.unavailableReason().isPresent()) {
            return "";
        }
        variants = new TorchVariants();
        addVariants(variants);
        return "libtorch " + variants.choose();
    }

    @Override
    public final void peer() {
        variants.run();
    }

    @Override
    public final double difference() {
        ours();
        return Differences.ofLargest(result(), variants.read());
    }

    /** A random unit vector. */
    final float[] unit(int dimension) {
        double[] v = random.doubles(dimension).map(u -> random.nextGaussian()).toArray();
        double norm = 0;
        for (double x : v) {
            norm += x * x;
        }
        float[] out = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            out[i] = (float) (v[i] / Math.sqrt(norm));
        }
        return out;
    }

    final Random random() {
        return random;
    }

    final TorchTensor kept(TorchTensor t) {
        tensors.add(t);
        return t;
    }

    @Override
    public void close() {
        if (variants != null) {
            variants.close();
        }
        tensors.forEach(TorchTensor::close);
    }
}
