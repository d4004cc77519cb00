package org.ragdiff.bench.peer;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.bench.Differences;
import org.ragdiff.bench.PairedCase;

/** Work in Java beside libtorch's, of which each gives a list of numbers. */
public abstract class NumbersCase implements PairedCase {
    private final List<TorchTensor> tensors = new ArrayList<>();
    private TorchVariants variants;

    /** Adds the peer's ways; none if there is no peer. */
    protected void addVariants(TorchVariants v) {}

    /** Whether {@link #addVariants} adds any. */
    protected boolean hasPeer() {
        return true;
    }

    /** The numbers that the peer's result has to equal. */
    protected float[] result() {
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

    /** The tensor, which is closed with the case. */
    protected final TorchTensor kept(TorchTensor t) {
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
