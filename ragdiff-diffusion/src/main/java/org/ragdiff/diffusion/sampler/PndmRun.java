package org.ragdiff.diffusion.sampler;

import java.util.Arrays;

/**
 * Pseudo linear multistep (Liu et al. 2022, "Pseudo Numerical Methods for Diffusion Models on Manifolds",
 * equations 9 and 12), started by Runge-Kutta steps (equation 13) or by lower orders with one step repeated. The
 * history holds the network's outputs, of whatever type they are, as in diffusers.
 */
final class PndmRun extends PreservingRun {
    private static final int ORDER = 4;
    private static final int RUNGE_KUTTA_CALLS = 12;

    private final PndmOptions options;
    private final boolean rungeKutta;
    private final int stride;
    private final History<float[]> outputs;
    private final double[] anchor;
    private final double[] slope;
    private final double[] combined;

    static PndmRun of(PndmOptions options, TrainedProcess process, RunRequest request) {
        int n = request.steps().requireCount("pndm");
        int[] visited = options.timestepSpacing().timesteps(process.trainSteps(), n, options.stepsOffset());
        int[] left = Arrays.copyOfRange(visited, request.skipped(n), n);
        boolean rungeKutta = !options.skipPrkSteps() && left.length >= ORDER;
        int stride = process.trainSteps() / n;
        int[] calls = rungeKutta ? rungeKuttaCalls(left, stride / 2) : repeatedSecond(left);
        return new PndmRun(options, process, request, calls, rungeKutta, stride);
    }

    private PndmRun(
            PndmOptions options,
            TrainedProcess process,
            RunRequest request,
            int[] calls,
            boolean rungeKutta,
            int stride) {
        super("pndm", process, request, calls, 0);
        this.options = options;
        this.rungeKutta = rungeKutta;
        this.stride = stride;
        int size = request.size();
        outputs = new History<>(ORDER, () -> new float[size]);
        anchor = new double[size];
        slope = new double[size];
        combined = new double[size];
    }

    /** Three steps of four calls each, the middle two half-way, then one call a step. */
    private static int[] rungeKuttaCalls(int[] t, int half) {
        int[] out = new int[RUNGE_KUTTA_CALLS + t.length - ORDER + 1];
        for (int i = 0; i < ORDER - 1; i++) {
            int middle = t[i + 1] + half;
            System.arraycopy(new int[] {t[i], middle, middle, t[i + 1]}, 0, out, 4 * i, 4);
        }
        System.arraycopy(t, ORDER - 1, out, RUNGE_KUTTA_CALLS, t.length - ORDER + 1);
        return out;
    }

    /** The first step is made twice, the second time with the mean of both ends. */
    private static int[] repeatedSecond(int[] t) {
        if (t.length < 2) {
            return t;
        }
        int[] out = new int[t.length + 1];
        out[0] = t[0];
        System.arraycopy(t, 1, out, 1, 1);
        System.arraycopy(t, 1, out, 2, t.length - 1);
        return out;
    }

    @Override
    protected void advance(int call, float[] prediction) {
        estimate(call, prediction, Clipping.NONE);
        if (rungeKutta && call < RUNGE_KUTTA_CALLS) {
            rungeKutta(call, prediction);
        } else {
            multistep(call, prediction);
        }
    }

    private void rungeKutta(int call, float[] m) {
        int stage = call % 4;
        if (stage == 0) {
            System.arraycopy(x, 0, anchor, 0, x.length);
            Arrays.fill(slope, 0);
            System.arraycopy(m, 0, outputs.push(), 0, m.length);
        }
        double weight = stage == 0 || stage == 3 ? 1 / 6.0 : 1 / 3.0;
        for (int i = 0; i < m.length; i++) {
            slope[i] += weight * m[i];
            combined[i] = stage == 3 ? slope[i] : m[i];
        }
        move(at(call - stage), call % 2 == 0 ? at(call) - stride / 2 : at(call), anchor);
    }

    private void multistep(int call, float[] m) {
        boolean repeated = !rungeKutta && call == 1;
        int t = repeated ? at(call) + stride : at(call);
        if (!repeated) {
            System.arraycopy(m, 0, outputs.push(), 0, m.length);
        }
        if (!rungeKutta && call == 0) {
            System.arraycopy(x, 0, anchor, 0, x.length);
        }
        if (repeated) {
            float[] before = outputs.get(0);
            for (int i = 0; i < m.length; i++) {
                combined[i] = (m[i] + before[i]) / 2.0;
            }
        } else {
            adamsBashforth();
        }
        move(t, t - stride, repeated ? anchor : x);
    }

    private void adamsBashforth() {
        double[] c =
                switch (outputs.size()) {
                    case 1 -> new double[] {1};
                    case 2 -> new double[] {3 / 2.0, -1 / 2.0};
                    case 3 -> new double[] {23 / 12.0, -16 / 12.0, 5 / 12.0};
                    default -> new double[] {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0};
                };
        Arrays.fill(combined, 0);
        for (int k = 0; k < c.length; k++) {
            float[] m = outputs.get(k);
            for (int i = 0; i < m.length; i++) {
                combined[i] += c[k] * m[i];
            }
        }
    }

    /** Equation 9 from {@code sample} at t to the latents at {@code next}, in a form that holds for ᾱ = 0 as well. */
    private void move(int t, int next, double[] sample) {
        double from = schedule.alphaCumprod(t);
        double end = options.setAlphaToOne() ? 1 : schedule.alphaCumprod(0);
        double to = next >= 0 ? schedule.alphaCumprod(next) : end;
        Linear cleanPart = Conversion.clean(type, Math.sqrt(from), Math.sqrt(1 - from));
        Linear noisePart = Conversion.noise(type, Math.sqrt(from), Math.sqrt(1 - from));
        double signal = Math.sqrt(to);
        double noise = Math.sqrt(1 - to);
        double ofSample = signal * cleanPart.x() + noise * noisePart.x();
        double ofOutputs = signal * cleanPart.prediction() + noise * noisePart.prediction();
        for (int i = 0; i < x.length; i++) {
            x[i] = ofSample * sample[i] + ofOutputs * combined[i];
        }
    }
}
