package org.ragdiff.cli.parity;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.optim.Adam;
import org.ragdiff.core.optim.Optimiser;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.AdamWStep;

/** The provider's AdamW, which the trainer uses. Not thread-safe; to be closed. */
final class KernelAdamW implements Optimiser, AutoCloseable {
    private final Kernels kernels;
    private final Adam.Options options;
    private INDArray[][] moments;
    private long steps;

    /** @param options decay decoupled or 0, no amsgrad */
    KernelAdamW(Kernels kernels, Adam.Options options) {
        if (!covers(options)) {
            throw new IllegalArgumentException("the kernel has decoupled decay and no amsgrad, asked for " + options);
        }
        this.kernels = kernels;
        this.options = options;
    }

    static boolean covers(Adam.Options options) {
        return !options.amsgrad() && (options.decoupled() || options.weightDecay() == 0);
    }

    @Override
    public void step(Tensor[] parameters, Tensor[] gradients, double rate) {
        if (moments == null) {
            moments = new INDArray[parameters.length][2];
            for (int i = 0; i < moments.length; i++) {
                moments[i][0] = FloatMemory.array(new float[parameters[i].values().length], parameters[i].shape());
                moments[i][1] = FloatMemory.array(new float[parameters[i].values().length], parameters[i].shape());
            }
        }
        steps++;
        AdamWStep step = new AdamWStep(
                (float) rate,
                (float) options.beta1(),
                (float) options.beta2(),
                (float) options.eps(),
                (float) options.weightDecay(),
                steps);
        for (int i = 0; i < parameters.length; i++) {
            try (INDArray p = FloatMemory.array(parameters[i].values(), parameters[i].shape());
                    INDArray g = FloatMemory.array(gradients[i].values(), parameters[i].shape())) {
                kernels.adamW(p, g, moments[i][0], moments[i][1], step, 1);
                HostArrays.read(p, 0, parameters[i].values(), 0, parameters[i].values().length);
            }
        }
    }

    @Override
    public void close() {
        if (moments != null) {
            for (INDArray[] pair : moments) {
                pair[0].close();
                pair[1].close();
            }
        }
    }
}
