package org.ragdiff.diffusion;

import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.CheckedKernels;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.diffusion.unet.UnetConfig;
import org.ragdiff.diffusion.unet.UnetLevel;
import org.ragdiff.diffusion.vae.VaeConfig;

/** Small networks and arrays for tests. */
public final class Networks {
    /** Plain loops: what the networks compute, independent of any provider; operands are checked. */
    public static final Kernels KERNELS = new CheckedKernels(new ScalarKernels(), true);

    private Networks() {}

    /** Two levels, the finer with cheap attention, odd-sized channels. */
    public static UnetConfig tinyUnet() {
        return new UnetConfig(
                3,
                List.of(new UnetLevel(6, 4, false), new UnetLevel(10, 8, true)),
                1,
                12,
                4,
                2,
                5,
                3,
                7,
                List.of(4, 6),
                List.of(4, 8),
                2,
                false);
    }

    public static VaeConfig tinyVae() {
        return new VaeConfig(3, 2, List.of(4, 6), List.of(6, 8), 1, 1, 1, 2);
    }

    /** Replaces all weights, also those that start at zero. */
    public static void randomise(Module module, long seed, double deviation) {
        SplittableRandom random = new SplittableRandom(seed);
        module.parameters().forEach((name, p) -> {
            float[] v = HostArrays.read(p.value());
            boolean scale = name.contains("norm") && name.endsWith("weight");
            for (int i = 0; i < v.length; i++) {
                v[i] = (float) ((scale ? 1 : 0) + deviation * random.nextGaussian());
            }
            HostArrays.write(p.value(), v);
        });
    }

    public static INDArray array(float[] values, long... shape) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        HostArrays.write(a, values);
        return a;
    }

    public static INDArray normal(long seed, long... shape) {
        int n = 1;
        for (long s : shape) {
            n *= (int) s;
        }
        return array(StepRandom.normals(new SplittableRandom(seed), n), shape);
    }
}
