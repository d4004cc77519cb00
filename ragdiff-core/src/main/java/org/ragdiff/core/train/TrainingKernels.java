package org.ragdiff.core.train;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kernels to train with. Some processors have bfloat16 products that are slower than float32's: then there is
 * nothing to gain by them, and training computes in float32.
 */
public final class TrainingKernels {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingKernels.class);
    private static final int SIDE = 512;
    private static final int RUNS = 7;

    private TrainingKernels() {}

    /** @return of the precision asked for, or of F32 with a line in the log; closed by the caller */
    public static Kernels open(Precision asked) {
        Kernels kernels = create(asked);
        // A single product on a device is mostly copying, and its lower precisions do pay.
        if (kernels.precision() == Precision.F32 || kernels.hasDevice()) {
            return kernels;
        }
        Kernels plain = create(Precision.F32);
        double low = secondsOfProduct(kernels);
        double full = secondsOfProduct(plain);
        boolean pays = pays(low, full);
        LOG.info(
                "a product of {} x {} matrices takes {} us in {} and {} us in F32: computing in {}",
                SIDE,
                SIDE,
                Math.round(low * 1e6),
                asked,
                Math.round(full * 1e6),
                pays ? asked : Precision.F32);
        (pays ? plain : kernels).close();
        return pays ? kernels : plain;
    }

    /** Only if bfloat16 is clearly faster, so that a busy moment does not decide. */
    static boolean pays(double lowSeconds, double fullSeconds) {
        return lowSeconds < 0.8 * fullSeconds;
    }

    private static Kernels create(Precision precision) {
        return KernelProviders.create(
                KernelProviders.Options.fromSystemProperties().withPrecision(precision));
    }

    /** The shortest of a few runs. */
    private static double secondsOfProduct(Kernels kernels) {
        try (INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, SIDE, SIDE);
                INDArray b = Nd4j.createUninitializedDetached(DataType.FLOAT, SIDE, SIDE);
                INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, SIDE, SIDE)) {
            a.assign(1);
            b.assign(1);
            long shortest = Long.MAX_VALUE;
            for (int i = 0; i < RUNS; i++) {
                long start = System.nanoTime();
                kernels.matmul(a, false, b, false, 1, out);
                shortest = Math.min(shortest, System.nanoTime() - start);
            }
            return shortest / 1e9;
        }
    }
}
