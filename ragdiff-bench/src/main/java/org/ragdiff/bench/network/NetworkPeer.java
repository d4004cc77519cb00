package org.ragdiff.bench.network;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.bench.peer.TorchFunction;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;

/** A {@link RecordedNetwork} inside libtorch, on a copy of its weights. Used by one thread. */
public final class NetworkPeer implements AutoCloseable {
    private final TorchLayout layout;
    private final Kernels.Precision precision;
    private final List<TorchTensor> tensors = new ArrayList<>();
    private final TorchFunction function;
    private final TorchFunction.Bound bound;

    /**
     * Copies weights and inputs; the network may be closed afterwards.
     *
     * @param precision of weights, inputs and everything between
     */
    public NetworkPeer(RecordedNetwork network, TorchLayout layout, Kernels.Precision precision) {
        this.layout = layout;
        this.precision = precision;
        TorchTranslation t = TorchTranslation.of(network.graph(), network.output(), layout);
        List<TorchTensor> inputs = new ArrayList<>();
        for (String name : t.inputs()) {
            Operand o = network.graph().inputs().get(name);
            inputs.add(input(network.inputs().get(name), o.shape()));
        }
        List<TorchTensor> weights = new ArrayList<>();
        for (TorchTranslation.Weight w : t.weights()) {
            float[] values = HostArrays.read(w.operand().storage().constant());
            weights.add(tensor(values, w.convolution(), w.operand().shape()));
        }
        function = TorchPeer.compile(t.script());
        bound = function.bind(inputs, weights);
    }

    /** As ours, or [N, C, H, W] of ours [N, H, W, C]. */
    private TorchTensor input(float[] values, long[] shape) {
        if (shape.length != 4) {
            return tensor(values, false, shape);
        }
        try (TorchTensor last = TorchPeer.tensor(values, shape);
                TorchTensor map = last.permute(0, 3, 1, 2);
                TorchTensor contiguous = map.contiguous()) {
            return kept(layout.of(contiguous));
        }
    }

    private TorchTensor tensor(float[] values, boolean map, long... shape) {
        TorchTensor full = TorchPeer.tensor(values, shape);
        if (!map) {
            return kept(full);
        }
        try (full) {
            return kept(layout.of(full));
        }
    }

    private TorchTensor kept(TorchTensor full) {
        if (precision == Kernels.Precision.F32) {
            tensors.add(full);
            return full;
        }
        try (full) {
            TorchTensor low = full.bfloat16();
            tensors.add(low);
            return low;
        }
    }

    /** Computes once and drops the result. */
    public void run() {
        bound.run();
    }

    /** Computes once: the result in the order of ours. */
    public float[] result() {
        try (TorchTensor out = bound.call()) {
            return out.read();
        }
    }

    @Override
    public void close() {
        bound.close();
        function.close();
        tensors.forEach(TorchTensor::close);
    }
}
