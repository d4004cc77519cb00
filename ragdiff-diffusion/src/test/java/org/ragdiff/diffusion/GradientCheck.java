package org.ragdiff.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;

/** An objective's gradient against central differences, at a random element of every parameter. */
public final class GradientCheck {
    private GradientCheck() {}

    public static void check(Objective objective, Kernels kernels, double step, double tolerance) {
        Module module = objective.module();
        module.requireGrad(true);
        try (TensorPool pool = new TensorPool()) {
            try (Tape tape = Tape.training(kernels, pool)) {
                tape.backward(objective.loss(tape, 3, new Metrics()));
            }
            ToDoubleFunction<Double> value = ignored -> {
                try (Tape tape = Tape.inference(kernels, pool)) {
                    return objective.loss(tape, 3, new Metrics()).item();
                }
            };
            SplittableRandom random = new SplittableRandom(9);
            module.parameters().forEach((name, p) -> {
                float[] v = HostArrays.read(p.value());
                float[] g = HostArrays.read(p.grad());
                int i = random.nextInt(v.length);
                float kept = v[i];
                v[i] = (float) (kept + step);
                HostArrays.write(p.value(), v);
                double above = value.applyAsDouble(0.0);
                v[i] = (float) (kept - step);
                HostArrays.write(p.value(), v);
                double below = value.applyAsDouble(0.0);
                v[i] = kept;
                HostArrays.write(p.value(), v);
                double numeric = (above - below) / (2 * step);
                assertThat((double) g[i])
                        .as("%s[%d]", name, i)
                        .isCloseTo(numeric, within(tolerance * Math.max(0.05, Math.abs(numeric))));
            });
        }
        module.requireGrad(false);
    }
}
