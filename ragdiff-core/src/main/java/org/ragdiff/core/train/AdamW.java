package org.ragdiff.core.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;

/**
 * AdamW (Loshchilov and Hutter 2019) over the trainable parameters of a module, with clipping by the
 * global norm and an exponential moving average of the weights. Not thread-safe.
 */
final class AdamW implements AutoCloseable {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, INDArray> state = new LinkedHashMap<>();
    private final Map<Kind, List<String>> kinds = new LinkedHashMap<>();
    private final TrainerOptions options;
    private final Kernels kernels;

    AdamW(Map<String, Parameter> all, TrainerOptions options, Kernels kernels) {
        this.options = options;
        this.kernels = kernels;
        all.forEach((name, p) -> {
            if (p.grad() != null) {
                parameters.put(name, p);
                kinds.computeIfAbsent(
                                new Kind(p.shape().length > 1, options.rateFactor(name)), kind -> new ArrayList<>())
                        .add(name);
                state.put("m." + name, zeros(p));
                state.put("v." + name, zeros(p));
                if (options.emaDecay() > 0) {
                    INDArray ema = zeros(p);
                    kernels.axpby(1, p.value(), 0, p.value(), ema);
                    state.put("ema." + name, ema);
                }
            }
        });
    }

    /** Moments and averages by name; live arrays, for checkpoints. */
    Map<String, INDArray> state() {
        return state;
    }

    /** The averaged weights, or the weights themselves if there is no average. */
    Map<String, INDArray> averaged() {
        Map<String, INDArray> out = new LinkedHashMap<>();
        parameters.forEach((n, p) -> out.put(n, options.emaDecay() > 0 ? state.get("ema." + n) : p.value()));
        return out;
    }

    /** The global L2 norm of the gradients. */
    double gradientNorm() {
        return Math.sqrt(kernels.sumOfAllSquares(
                parameters.values().stream().map(Parameter::grad).toList()));
    }

    /**
     * One update; gradients are set to zero.
     *
     * @param step counted from 0
     * @param norm {@link #gradientNorm()}
     */
    void step(long step, double norm) {
        float scale =
                options.maxGradientNorm() > 0 ? (float) Math.min(1, options.maxGradientNorm() / (norm + 1e-6)) : 1;
        // Early averages must forget the random start: diffusers' EMAModel without its own warm-up.
        float decay = step == 0 ? 0 : (float) Math.min(options.emaDecay(), (1.0 + step) / (10.0 + step));
        kinds.forEach((kind, names) -> update(step, kind, names, scale, decay));
        parameters.values().forEach(p -> p.gradient().cleared());
    }

    /** Updates parameters of one decay and one rate together. */
    private void update(long step, Kind kind, List<String> names, float scale, float averageDecay) {
        List<Kernels.AdamWState> states = names.stream()
                .map(name -> new Kernels.AdamWState(
                        parameters.get(name).value(),
                        parameters.get(name).grad(),
                        state.get("m." + name),
                        state.get("v." + name),
                        state.get("ema." + name)))
                .toList();
        kernels.adamWAll(
                states,
                new Kernels.AdamWStep(
                        (float) (options.rate(step) * kind.rateFactor()),
                        (float) options.beta1(),
                        (float) options.beta2(),
                        1e-8f,
                        kind.decaying() ? (float) options.weightDecay() : 0,
                        step + 1),
                scale,
                averageDecay);
    }

    /**
     * How a parameter is updated.
     *
     * @param decaying of matrices and kernels, but not of biases and scales
     * @param rateFactor of its group
     */
    private record Kind(boolean decaying, double rateFactor) {}

    /** The first parameter whose gradient is not finite, with the bad element; null if all are, but too large to square. */
    String firstBadGradient() {
        for (Map.Entry<String, Parameter> e : parameters.entrySet()) {
            String bad = FirstBadTensor.nonFinite(e.getValue().grad());
            if (bad != null) {
                return "the gradient of " + e.getKey() + " " + bad;
            }
        }
        return null;
    }

    @Override
    public void close() {
        state.values().forEach(INDArray::close);
        state.clear();
    }

    private static INDArray zeros(Parameter p) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, p.value().shape());
        HostArrays.zero(a, 0, a.length());
        return a;
    }
}
