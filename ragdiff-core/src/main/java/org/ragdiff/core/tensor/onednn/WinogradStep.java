package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.ragdiff.core.tensor.onednn.WinogradTiles.PLACES;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.tensor.onednn.ProductStep.Epilogue;

/**
 * A 3×3 convolution by Winograd's F(2×2, 3×3): 16 products for a tile of 2×2 results in place of 36, between a
 * transform of the map's windows and one of the products (Lavin and Gray, "Fast Algorithms for Convolutional Neural
 * Networks", arXiv 1509.09308, section 4.1). The transforms only add and subtract, so that rounding stays that of float32.
 */
final class WinogradStep implements PlannedStep {
    private static final long ALIGNMENT = 64;

    private final WinogradTiles tiles;
    private final WinogradInput input;
    private final WinogradOutput output;
    private final Call product;
    private final long weights;
    private final long planeBytes;
    private final Call sum;
    private final long from;
    private final long other;
    private final long to;
    private long windows;
    private long products;
    private long results;

    WinogradStep(PlanContext c, Node node, Op.Conv2d op) {
        Operand x = node.in(Slot.X);
        Operand w = node.in(Slot.W);
        this.tiles = WinogradTiles.of(x, w);
        this.from = c.address(x);
        this.other = c.address(node.in(Slot.OTHER));
        this.to = c.address(node.out());
        this.input = new WinogradInput(c, tiles, w);
        Epilogue activation = new Epilogue(op.activation(), algorithm.binary_add, null, 0);
        this.output = new WinogradOutput(c, tiles, w, node.in(Slot.BIAS), activation.attributes());
        this.sum = other == 0 ? null : Elementwise.compileAdd(node.out().length());
        long in = tiles.in();
        long out = tiles.out();
        memory.desc places = Layouts.dense(Layouts.F32, tiles.tiles(), in);
        memory.desc made = Layouts.dense(Layouts.F32, tiles.tiles(), out);
        matmul.primitive_desc pd = new matmul.primitive_desc(
                CpuEngine.get(), places, Layouts.any(Layouts.F32, in, out), made, Layouts.attributes(), false);
        memory.desc packed = pd.weights_desc();
        this.product = new Call(
                new matmul(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}, new memory.desc[] {
                    places, packed, made
                });
        this.planeBytes = packed.get_size();
        this.weights = c.packPlanes(
                w,
                "winograd",
                Layouts.strided(Layouts.F32, new long[] {in, out}, 1, in),
                packed,
                PLACES,
                at -> WinogradWeights.write(c.address(w), in * out, at));
    }

    private static long aligned(long floats) {
        return (floats * Float.BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private long windowBytes() {
        return aligned(tiles.tiles() * tiles.in());
    }

    private long resultBytes() {
        return aligned(tiles.tiles() * tiles.out());
    }

    @Override
    public long scratchBytes() {
        return windowBytes() + (PLACES + 1) * resultBytes();
    }

    @Override
    public void bind(long scratch) {
        windows = scratch;
        results = windows + windowBytes();
        products = results + resultBytes();
    }

    @Override
    public void run(ExecutionState s) {
        long imageFloats = tiles.height() * tiles.width();
        for (long image = 0; image < tiles.images(); image += tiles.imagesAtOnce()) {
            long source = from + image * imageFloats * tiles.in() * Float.BYTES;
            long target = to + image * imageFloats * tiles.out() * Float.BYTES;
            for (int block = 0; block * tiles.rows() < tiles.down(); block++) {
                for (int place = 0; place < PLACES; place++) {
                    input.run(s, source, block, place, windows);
                    product.run(
                            s,
                            windows,
                            weights + place * planeBytes,
                            products + place * tiles.tiles() * tiles.out() * Float.BYTES);
                }
                output.run(s, products, results, target, block);
            }
        }
        if (sum != null) {
            sum.run(s, to, other, to);
        }
    }

    @Override
    public void close() {
        input.close();
        output.close();
        product.close();
        if (sum != null) {
            sum.close();
        }
    }
}
