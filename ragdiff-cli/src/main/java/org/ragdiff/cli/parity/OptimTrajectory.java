package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.optim.AverageDecay;
import org.ragdiff.core.optim.Optimiser;
import org.ragdiff.core.optim.Optimiser.Tensor;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/** One run of the regression mean((X·Wᵀ + b − Y)²), and what it recorded at each step. */
final class OptimTrajectory {
    private final FixtureTensors tensors;
    private final String name;
    private final Kernels kernels;
    private final Tensor[] parameters;
    private final int steps;
    private final Map<String, double[]> recorded = new LinkedHashMap<>();

    /** The learning rate of a step counted from 0. */
    interface Rate {
        double at(int step);
    }

    OptimTrajectory(FixtureTensors tensors, String name, Kernels kernels) throws IOException {
        this.tensors = tensors;
        this.name = name;
        this.kernels = kernels;
        parameters = new Tensor[] {
            new Tensor(tensors.floats("in.W0"), tensors.shape("in.W0", 2)),
            new Tensor(tensors.floats("in.b0"), tensors.shape("in.b0", 1))
        };
        steps = Math.toIntExact(tensors.shape(name + ".loss", 1)[0]);
    }

    /**
     * @param clip norm above which gradients are scaled down; 0 for never
     * @param ema null for no average
     */
    void run(Optimiser optimiser, double clip, Rate rate, AverageDecay ema) throws IOException {
        Tensor[] gradients = {
            new Tensor(new float[parameters[0].values().length], parameters[0].shape()),
            new Tensor(new float[parameters[1].values().length], parameters[1].shape())
        };
        float[] average = parameters[0].values().clone();
        try (INDArray x = tensors.array("in.X");
                INDArray y = tensors.array("in.Y");
                TensorPool pool = new TensorPool()) {
            for (int step = 0; step < steps; step++) {
                record("loss", step, differentiate(pool, x, y, gradients));
                double norm = Optimiser.clip(gradients, clip > 0 ? clip : Double.POSITIVE_INFINITY);
                record("grad_norm_before_clip", step, norm);
                record("lr", step, rate.at(step));
                optimiser.step(parameters, gradients, rate.at(step));
                record("W", step, Deviation.widen(parameters[0].values()));
                record("b", step, Deviation.widen(parameters[1].values()));
                if (ema != null) {
                    double decay = ema.at(step + 1);
                    AverageDecay.update(average, parameters[0].values(), decay);
                    record("ema_decay", step, decay);
                    record("ema_W", step, Deviation.widen(average));
                }
            }
        }
    }

    /** The loss; gradients are overwritten. */
    private double differentiate(TensorPool pool, INDArray x, INDArray y, Tensor[] gradients) {
        try (INDArray w = FloatMemory.array(parameters[0].values(), parameters[0].shape());
                INDArray b = FloatMemory.array(parameters[1].values(), parameters[1].shape());
                INDArray gradW = FloatMemory.array(new float[parameters[0].values().length], w.shape());
                INDArray gradB = FloatMemory.array(new float[parameters[1].values().length], b.shape());
                Tape tape = Tape.training(kernels, pool)) {
            Var predicted = Products.linear(tape, tape.constant(x), tape.leaf(w, gradW), tape.leaf(b, gradB));
            Var loss = Losses.meanSquaredError(tape, predicted, y, null);
            double value = loss.item();
            tape.backward(loss);
            HostArrays.read(gradW, 0, gradients[0].values(), 0, gradients[0].values().length);
            HostArrays.read(gradB, 0, gradients[1].values(), 0, gradients[1].values().length);
            return value;
        }
    }

    private void record(String what, int step, double... values) {
        double[] all = recorded.computeIfAbsent(what, k -> new double[steps * values.length]);
        System.arraycopy(values, 0, all, step * values.length, values.length);
    }

    /** Everything that the fixture holds of this case, against its float64 values where there are any. */
    void compare(Deviation deviation) throws IOException {
        String prefix = name + ".";
        for (String tensor : tensors.names()) {
            if (tensor.startsWith(prefix) && !tensor.endsWith("_f64")) {
                String what = tensor.substring(prefix.length());
                double[] got = recorded.get(what);
                deviation.require(got != null, "nothing is known of \"" + what + "\"");
                deviation.add(what, got, tensors.values(tensors.has(tensor + "_f64") ? tensor + "_f64" : tensor));
            }
        }
    }
}
