package org.ragdiff.core.tensor;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.InterpretedPlan;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanOptions;

/**
 * The tensor operations that the networks are made of, forward and backward, behind one facade.
 * Providers: {@code onednn} (default on x86-64), {@code nd4j} (portable reference) and, in a module of its own, {@code
 * cuda}.
 *
 * <p>All arrays are float32, 'c' order, contiguous. Outputs belong to the caller, have the right shape
 * and are overwritten, never accumulated into; they must not overlap inputs unless the method says so.
 * {@code CheckedKernels} verifies shapes, types and closed arrays once, in front of every provider.
 * Implementations are thread-safe.
 */
public interface Kernels extends AutoCloseable {
    /** Provider name, such as {@code onednn}. */
    String name();

    /** Precision of products inside convolutions, matrix products and attention. */
    Precision precision();

    // ---- convolution -----------------------------------------------------------------------------

    /**
     * out = x ∗ w + bias.
     *
     * @param x [N, H, W, Ci]
     * @param w [Co, Ci, kh, kw]
     * @param bias [Co] or null
     * @param out [N, Ho, Wo, Co]
     */
    void conv2d(INDArray x, INDArray w, INDArray bias, Convolution geometry, INDArray out);

    /** gradX [N, H, W, Ci] from gradOut [N, Ho, Wo, Co] and w [Co, Ci, kh, kw]. */
    void conv2dBackwardData(INDArray gradOut, INDArray w, Convolution geometry, INDArray gradX);

    /** gradW [Co, Ci, kh, kw] and, unless null, gradBias [Co] from x and gradOut. */
    void conv2dBackwardWeights(INDArray x, INDArray gradOut, Convolution geometry, INDArray gradW, INDArray gradBias);

    // ---- matrix products -------------------------------------------------------------------------

    /**
     * out = alpha · op(a) · op(b), over matrices [M, K] · [K, N] or batches of them [B, M, K] · [B, K, N]
     * (shapes after op).
     *
     * @param transposeA whether a is stored as [.., K, M]
     * @param transposeB whether b is stored as [.., N, K]
     * @param out [M, N] or [B, M, N]
     */
    void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out);

    /**
     * out = x · wᵀ + bias.
     *
     * @param x [M, K]
     * @param w [N, K]
     * @param bias [N] or null
     * @param out [M, N]
     */
    void linear(INDArray x, INDArray w, INDArray bias, INDArray out);

    /** gradW [N, K] = gradOutᵀ · x and, unless null, gradBias [N] = column sums of gradOut [M, N]. */
    void linearBackwardWeights(INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias);

    // ---- attention -------------------------------------------------------------------------------

    /**
     * Multi-head scaled dot-product attention, softmax(scale · q·kᵀ)·v jointly over own and reference
     * keys; heads are contiguous channel slices.
     *
     * @param q [N, Tq, C]
     * @param k own keys [N, Tk, C]
     * @param v own values [N, Tk, C]
     * @param kRef reference keys [N, Tr, C] or null
     * @param vRef reference values [N, Tr, C], null exactly if kRef is
     * @param heads divides C
     * @param out [N, Tq, C]
     */
    void attention(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale, INDArray out);

    /**
     * Gradients of {@link #attention}; the probabilities are recomputed. Shapes as the inputs';
     * gradKRef and gradVRef are null exactly if kRef is.
     */
    void attentionBackward(
            INDArray q,
            INDArray k,
            INDArray v,
            INDArray kRef,
            INDArray vRef,
            int heads,
            float scale,
            INDArray gradOut,
            INDArray gradQ,
            INDArray gradK,
            INDArray gradV,
            INDArray gradKRef,
            INDArray gradVRef);

    // ---- normalisation ---------------------------------------------------------------------------

    /**
     * Group normalisation followed by an activation.
     *
     * @param x [N, H, W, C] or [N, T, C]
     * @param gamma [C]
     * @param beta [C]
     * @param groups divides C
     * @param activation NONE or SILU
     * @param out as x
     * @param mean [N, groups], written
     * @param rstd [N, groups], written: 1 / sqrt(biased variance + eps)
     */
    void groupNorm(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            float eps,
            Activation activation,
            INDArray out,
            INDArray mean,
            INDArray rstd);

    /** Gradients of {@link #groupNorm} from x and the saved statistics. */
    void groupNormBackward(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            Activation activation,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta);

    /** Layer normalisation of the rows of x [M, C]; mean and rstd [M] are written. */
    void layerNorm(INDArray x, INDArray gamma, INDArray beta, float eps, INDArray out, INDArray mean, INDArray rstd);

    /** Gradients of {@link #layerNorm}. */
    void layerNormBackward(
            INDArray x,
            INDArray gamma,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta);

    /** Softmax of the rows of x [M, C]; out may be x. */
    void softmax(INDArray x, INDArray out);

    /** gradX = out · (gradOut − Σ gradOut·out), rows of [M, C]. */
    void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX);

    // ---- elementwise -----------------------------------------------------------------------------

    /** out = activation(x); out may be x. */
    void activate(Activation activation, INDArray x, INDArray out);

    /** gradX = activation'(x) · gradOut; gradX may be gradOut. */
    void activateBackward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX);

    /** out [M, C] = x[:, :C] · GELU(x[:, C:]) for x [M, 2C] (Shazeer 2020; diffusers' GEGLU). */
    void geglu(INDArray x, INDArray out);

    /** Gradient of {@link #geglu}; gradX [M, 2C]. */
    void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX);

    /** out = alpha · a + beta · b, equal shapes; out may be a or b; b is not read if beta is 0. */
    void axpby(float alpha, INDArray a, float beta, INDArray b, INDArray out);

    /** out = a ⊙ b, equal shapes; out may be a or b. */
    void multiply(INDArray a, INDArray b, INDArray out);

    /** out[n, t, c] = x[n, t, c] + row[n, c] for x [N, T, C]; out may be x. */
    void addRow(INDArray x, INDArray row, INDArray out);

    /** out[n, c] = Σₜ x[n, t, c] for x [N, T, C]. */
    void sumTokens(INDArray x, INDArray out);

    /** Σ x². */
    double sumOfSquares(INDArray x);

    // ---- shape -----------------------------------------------------------------------------------

    /** Nearest-neighbour upsampling by 2: x [N, H, W, C] to out [N, 2H, 2W, C]. */
    void upsample2x(INDArray x, INDArray out);

    /** Gradient of {@link #upsample2x}: each gradX cell is the sum of its four. */
    void upsample2xBackward(INDArray gradOut, INDArray gradX);

    /** Mean pooling by 2: x [N, H, W, C], H and W even, to out [N, H/2, W/2, C]. */
    void averagePool2x(INDArray x, INDArray out);

    /** Gradient of {@link #averagePool2x}. */
    void averagePool2xBackward(INDArray gradOut, INDArray gradX);

    /**
     * Copies {@code count} channels from channel {@code from} of source [M, Cs] to channel {@code to} of
     * target [M, Ct]; the target's other channels stay. Concatenation and splitting are made of it.
     */
    void copyChannels(INDArray source, int from, INDArray target, int to, int count);

    /** out [A, C, B, D] with out[a, c, b, :] = x[a, b, c, :] for x [A, B, C, D]; its own gradient. */
    void swapMiddle(INDArray x, INDArray out);

    // ---- optimiser -------------------------------------------------------------------------------

    /**
     * One AdamW update in place (Loshchilov and Hutter 2019; torch.optim.AdamW): decay, moments,
     * bias-corrected step.
     *
     * @param gradScale factor on the gradient (clipping, accumulation)
     */
    void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep step, float gradScale);

    /**
     * {@link #adamW(INDArray, INDArray, INDArray, INDArray, AdamWStep, float)} of many parameters in one pass,
     * which also sets their gradients to zero and moves their averages:
     * average = averageDecay · average + (1 − averageDecay) · parameter.
     */
    default void adamWAll(List<AdamWState> parameters, AdamWStep step, float gradScale, float averageDecay) {
        for (AdamWState p : parameters) {
            adamW(p.parameter(), p.gradient(), p.m(), p.v(), step, gradScale);
            HostArrays.zero(p.gradient(), 0, p.gradient().length());
            if (p.average() != null) {
                axpby(averageDecay, p.average(), 1 - averageDecay, p.parameter(), p.average());
            }
        }
    }

    /** Σ x² over several arrays. */
    default double sumOfAllSquares(List<INDArray> arrays) {
        double sum = 0;
        for (INDArray x : arrays) {
            sum += sumOfSquares(x);
        }
        return sum;
    }

    /**
     * Makes a recorded network ready to run many times. A provider's plan may fuse operations, lay weights
     * out anew and compute several values in one pass: results differ from those of single operations by
     * rounding. Constants are read now or at each run: they must neither change nor be closed before the plan.
     *
     * @return closed by the caller, before these kernels
     */
    default Plan compile(Graph graph, PlanOptions options) {
        return new InterpretedPlan(this, graph);
    }

    /** As {@link #compile(Graph, PlanOptions)}; weights stay. */
    default Plan compile(Graph graph) {
        return compile(graph, PlanOptions.defaults());
    }

    /** Whether single operations bring their operands to a device with memory of its own. */
    default boolean hasDevice() {
        return false;
    }

    /**
     * Until the result is closed, a provider with a device of its own may keep values there and leave the host's
     * arrays behind. The host then reads and writes arrays through {@link HostArrays}, or says so by {@link
     * HostAccess}. Closing brings all values back.
     */
    default Residence keepOnDevice() {
        return () -> {};
    }

    /**
     * Whether operands are used where they lie in the host's memory and nothing of them is kept, so that an address may
     * lie in arrays of other sizes later, as in {@link TensorPool#splitting()}.
     */
    default boolean worksInPlace() {
        return false;
    }

    @Override
    void close();

    /** Ends {@link #keepOnDevice}. */
    interface Residence extends AutoCloseable {
        @Override
        void close();
    }

    /** Arithmetic inside products; sums are always float32. */
    enum Precision {
        F32,
        /** Factors rounded to 10 bits of mantissa; GPUs only. */
        TF32,
        BF16,
        /** GPUs only. */
        F16
    }

    /**
     * What AdamW keeps of one parameter, all of its shape.
     *
     * @param m first moment
     * @param v second moment
     * @param average of the parameter over steps, or null
     */
    record AdamWState(INDArray parameter, INDArray gradient, INDArray m, INDArray v, INDArray average) {}

    /**
     * Scalars of an AdamW update.
     *
     * @param step counted from 1
     */
    record AdamWStep(float learningRate, float beta1, float beta2, float eps, float weightDecay, long step) {}
}
