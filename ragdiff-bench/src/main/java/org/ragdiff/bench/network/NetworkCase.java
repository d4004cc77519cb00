package org.ragdiff.bench.network;

import java.util.Locale;
import java.util.function.Supplier;
import org.ragdiff.bench.Differences;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.core.tensor.Kernels;

/** A whole network: a plan of ours beside the same operations on the same weights inside libtorch. */
final class NetworkCase implements PairedCase {
    private final Supplier<RecordedNetwork> open;
    private final Kernels.Precision precision;
    private RecordedNetwork network;
    private NetworkPlan plan;
    private NetworkPeer peer;

    NetworkCase(Supplier<RecordedNetwork> open, Kernels.Precision precision) {
        this.open = open;
        this.precision = precision;
    }

    @Override
    public void openOurs(int threads) {
        network = open.get();
        plan = new NetworkPlan(network, precision);
    }

    @Override
    public void ours() {
        plan.run();
    }

    /** Keeps the memory format whose second run is faster. */
    @Override
    public String openPeer(int threads) {
        if (TorchPeer.unavailableReason().isPresent()) {
            return "";
        }
        TorchLayout fastest = TorchLayout.CHANNELS_LAST;
        long best = Long.MAX_VALUE;
        for (TorchLayout layout : TorchLayout.values()) {
            NetworkPeer tried = new NetworkPeer(network, layout, precision);
            tried.run();
            long start = System.nanoTime();
            tried.run();
            long time = System.nanoTime() - start;
            NetworkPeer slower = tried;
            if (time < best) {
                best = time;
                fastest = layout;
                slower = peer;
                peer = tried;
            }
            if (slower != null) {
                slower.close();
            }
        }
        String type =
                precision == Kernels.Precision.F32 ? "" : " " + precision.name().toLowerCase(Locale.ROOT);
        return "libtorch " + fastest.title() + type;
    }

    @Override
    public void peer() {
        peer.run();
    }

    @Override
    public double difference() {
        plan.run();
        return Differences.ofLargest(plan.result(), peer.result());
    }

    /** In bfloat16 libtorch rounds every value, ours the factors of products. */
    @Override
    public double tolerance() {
        return precision == Kernels.Precision.F32 ? 1e-3 : 5e-2;
    }

    @Override
    public void close() {
        if (peer != null) {
            peer.close();
        }
        if (plan != null) {
            plan.close();
        }
        if (network != null) {
            network.close();
        }
    }
}
