package org.ragdiff.bench.peer;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor of libtorch's, made by {@link TorchPeer} or returned by a {@link TorchFunction}. Immutable from
 * here; whoever got it closes it.
 */
public final class TorchTensor implements AutoCloseable {
    /** By script: the engine's own conversion ends the process at a data type that it does not know. */
    private static final class Conversions {
        static final TorchFunction CONTIGUOUS = of("x.contiguous()");
        static final TorchFunction BFLOAT16 = of("torch.to(x, 15, False, False)");
        static final TorchFunction DOUBLE = of("torch.to(x, 7, False, False)");
        static final TorchFunction FLOAT = of("torch.to(x, 6, False, False)");

        private static TorchFunction of(String expression) {
            return TorchPeer.compile("def forward(self, x: Tensor) -> Tensor:\n  return " + expression);
        }
    }

    private final PtNDArray array;

    TorchTensor(PtNDArray array) {
        this.array = array;
    }

    PtNDArray array() {
        return array;
    }

    /** Sizes, outermost first. */
    public long[] shape() {
        return array.getShape().getShape();
    }

    /**
     * A view with the dimensions in another order, without a copy: {@code permute(0, 3, 1, 2)} of an
     * [N, H, W, C] tensor is [N, C, H, W] in the memory format that PyTorch calls channels_last.
     */
    public TorchTensor permute(long... order) {
        return new TorchTensor(JniUtils.permute(array, order));
    }

    /** A copy, or a second handle if nothing changes, whose memory has the order of the sizes. */
    public TorchTensor contiguous() {
        return Conversions.CONTIGUOUS.call(this);
    }

    /** A copy in bfloat16, its memory in the same order. */
    public TorchTensor bfloat16() {
        return Conversions.BFLOAT16.call(this);
    }

    /** A copy in float64, its memory in the same order. */
    public TorchTensor float64() {
        return Conversions.DOUBLE.call(this);
    }

    /** All elements as float, in the order of the sizes, whatever the memory's. */
    public float[] read() {
        try (TorchTensor floats = Conversions.FLOAT.call(this)) {
            ByteBuffer bytes = JniUtils.getByteBuffer(floats.array, false);
            float[] out = new float[Math.toIntExact(array.getShape().size())];
            bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().get(out);
            return out;
        }
    }

    @Override
    public void close() {
        array.close();
    }
}
