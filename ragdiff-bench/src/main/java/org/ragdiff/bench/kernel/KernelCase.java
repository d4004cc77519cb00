package org.ragdiff.bench.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.bench.Differences;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** One operation of {@link Kernels} beside libtorch's: inputs from a seeded normal distribution, one output. */
abstract class KernelCase implements PairedCase {
    /** Of {@link #plan}. */
    private static final String OUTPUT = "out";

    private final Kernels.Precision precision;
    private final Random random = new Random(7);
    private final List<INDArray> arrays = new ArrayList<>();
    private final List<TorchTensor> tensors = new ArrayList<>();
    private Kernels kernels;
    private TorchVariants variants;
    private Plan plan;

    KernelCase(Kernels.Precision precision) {
        this.precision = precision;
    }

    /** Makes inputs and output by {@link #normal} and {@link #output}. */
    abstract void prepare();

    /** Computes into the output. */
    abstract void compute(Kernels k);

    abstract INDArray result();

    /** Adds the peer's ways to compute it. */
    abstract void addVariants(TorchVariants v);

    @Override
    public final void openOurs(int threads) {
        kernels = KernelProviders.create(KernelProviders.Options.defaults().withPrecision(precision));
        if (kernels.precision() != precision) {
            throw new IllegalStateException("no provider computes in " + precision + " on this machine");
        }
        prepare();
    }

    @Override
    public final void ours() {
        compute(kernels);
    }

    @Override
    public final String openPeer(int threads) {
        if (TorchPeer.unavailableReason().isPresent()) {
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
        float[] ours = HostArrays.read(result());
        float[] peer = variants.read();
        return Differences.ofLargest(ours, peer);
    }

    @Override
    public final double tolerance() {
        return low() ? 2e-2 : 1e-4;
    }

    final boolean low() {
        return precision == Kernels.Precision.BF16;
    }

    /** Standard normal values times {@code scale}. */
    final INDArray normal(double scale, long... shape) {
        INDArray a = output(shape);
        float[] values = new float[Math.toIntExact(a.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        HostArrays.write(a, values);
        return a;
    }

    /** An operation of constants on {@code x} as networks run it: compiled, weights packed once. */
    final Plan plan(Kernels k, INDArray x, BiFunction<Tape, Var, Var> operation) {
        if (plan == null) {
            try (GraphBuilder b = new GraphBuilder()) {
                b.output(OUTPUT, operation.apply(b.tape(), b.input("x", x.shape())));
                plan = k.compile(b.build());
            }
            plan.set("x", x);
        }
        return plan;
    }

    /** What the plan computed, at once if it never ran. */
    final INDArray result(Plan made) {
        if (made == null) {
            ours();
        }
        return plan.output(OUTPUT);
    }

    final INDArray output(long... shape) {
        INDArray a = Nd4j.createUninitialized(shape);
        arrays.add(a);
        return a;
    }

    /** The peer's copy, in the precision of the case. */
    final TorchTensor tensor(INDArray a) {
        TorchTensor full = kept(TorchPeer.tensor(a));
        return low() ? kept(full.bfloat16()) : full;
    }

    /** A map [N, H, W, C] as the peer's [N, C, H, W], its memory unchanged: channels_last. */
    final TorchTensor channelsLast(INDArray map) {
        return kept(tensor(map).permute(0, 3, 1, 2));
    }

    final TorchTensor contiguous(TorchTensor t) {
        return kept(t.contiguous());
    }

    final TorchTensor kept(TorchTensor t) {
        tensors.add(t);
        return t;
    }

    @Override
    public final void close() {
        if (variants != null) {
            variants.close();
        }
        tensors.forEach(TorchTensor::close);
        arrays.forEach(INDArray::close);
        if (plan != null) {
            plan.close();
        }
        if (kernels != null) {
            kernels.close();
        }
    }
}
