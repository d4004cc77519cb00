package org.ragdiff.bench.kernel;

import org.ragdiff.bench.Differences;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.peer.OnnxGraph;
import org.ragdiff.bench.peer.OnnxPeer;
import org.ragdiff.core.tensor.HostArrays;

/**
 * An operation beside ONNX Runtime's, which knows the weights beforehand and has packed them. Its maps are
 * [N, C, H, W].
 */
final class OnnxCase implements PairedCase {
    private final KernelCase operation;
    private final Subject subject;
    private OnnxPeer peer;

    /** What ONNX Runtime computes. */
    interface Subject {
        /** Opens the session with its inputs and the output {@code out}. */
        OnnxPeer open(int threads);

        /** A result of ONNX Runtime's in ours' order. */
        float[] inOurOrder(float[] values);
    }

    OnnxCase(ConvolutionCase operation) {
        this(operation, new ConvolutionSubject(operation));
    }

    OnnxCase(MatmulCase operation) {
        this(operation, new MatmulSubject(operation));
    }

    private OnnxCase(KernelCase operation, Subject subject) {
        this.operation = operation;
        this.subject = subject;
    }

    private record MatmulSubject(MatmulCase c) implements Subject {
        @Override
        public OnnxPeer open(int threads) {
            long[] a = c.left().shape();
            long[] b = c.right().shape();
            long[] out = c.result().shape();
            OnnxPeer peer = new OnnxPeer(
                    new OnnxGraph()
                            .input("a", a)
                            .constant("b", HostArrays.read(c.right()), b)
                            .node("MatMul", "out", "a", "b")
                            .output("out", out),
                    threads);
            peer.input("a", HostArrays.read(c.left()), a);
            peer.output("out", out);
            return peer;
        }

        @Override
        public float[] inOurOrder(float[] values) {
            return values;
        }
    }

    private record ConvolutionSubject(ConvolutionCase c) implements Subject {
        @Override
        public OnnxPeer open(int threads) {
            long[] x = channelsFirst(c.input().shape());
            long[] out = channelsFirst(c.result().shape());
            long[] w = c.weights().shape();
            OnnxGraph graph = new OnnxGraph()
                    .input("x", x)
                    .constant("w", HostArrays.read(c.weights()), w)
                    .constant("b", HostArrays.read(c.bias()), c.bias().shape());
            String linear = c.hasSilu() ? "linear" : "out";
            graph.convolution(linear, "x", "w", "b", c.stride(), (int) w[2] / 2);
            if (c.hasSilu()) {
                graph.node("Sigmoid", "gate", linear).node("Mul", "out", linear, "gate");
            }
            OnnxPeer peer = new OnnxPeer(graph.output("out", out), threads);
            peer.input("x", moved(HostArrays.read(c.input()), (int) (x[2] * x[3]), (int) x[1]), x);
            peer.output("out", out);
            return peer;
        }

        private static long[] channelsFirst(long[] s) {
            return new long[] {s[0], s[3], s[1], s[2]};
        }

        @Override
        public float[] inOurOrder(float[] values) {
            int channels = (int) c.result().size(3);
            return moved(values, channels, values.length / channels);
        }

        /** The transpose of [rows, columns], for maps of batch 1. */
        private static float[] moved(float[] values, int rows, int columns) {
            float[] out = new float[values.length];
            for (int r = 0; r < rows; r++) {
                for (int k = 0; k < columns; k++) {
                    out[k * rows + r] = values[r * columns + k];
                }
            }
            return out;
        }
    }

    @Override
    public void openOurs(int threads) {
        operation.openOurs(threads);
    }

    @Override
    public void ours() {
        operation.ours();
    }

    @Override
    public String openPeer(int threads) {
        if (OnnxPeer.unavailableReason().isPresent()) {
            return "";
        }
        peer = subject.open(threads);
        return "onnxruntime";
    }

    @Override
    public void peer() {
        peer.run();
    }

    @Override
    public double difference() {
        ours();
        peer.run();
        return Differences.ofLargest(HostArrays.read(operation.result()), subject.inOurOrder(peer.read("out")));
    }

    @Override
    public void close() {
        if (peer != null) {
            peer.close();
        }
        operation.close();
    }
}
