package org.ragdiff.core.plan;

import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;

/**
 * Operations of a graph: those of {@link org.ragdiff.core.tensor.Kernels} that networks use in inference,
 * and the fused forms that {@link Fusions} makes of them. Immutable.
 */
public sealed interface Op {
    /**
     * Convolution of X by W, plus BIAS.
     *
     * @param upsampled whether X is first doubled in both directions (fused)
     * @param activation of the result (fused); then OTHER is added, if there is one (fused)
     */
    record Conv2d(Convolution geometry, boolean upsampled, Activation activation) implements Op {}

    /**
     * X · Wᵀ plus BIAS.
     *
     * @param geglu whether the halves a, b of the result's channels become a · GELU(b) (fused)
     * @param activation of the result (fused); then OTHER is added, if there is one (fused)
     */
    record Linear(boolean geglu, Activation activation) implements Op {}

    /** alpha · op(X) · op(W), batched if of rank 3. */
    record Matmul(boolean transposeA, boolean transposeB, float alpha) implements Op {}

    /** softmax(scale · X·Kᵀ)·V over own and reference keys. */
    record Attention(int heads, float scale) implements Op {}

    /** Group normalisation of X (plus ROW, fused), then the activation. */
    record GroupNorm(int groups, float eps, Activation activation) implements Op {}

    record LayerNorm(float eps) implements Op {}

    /** Of the rows of X. */
    record Softmax() implements Op {}

    record Activate(Activation activation) implements Op {}

    record Geglu() implements Op {}

    /** alpha · X + beta · OTHER; no OTHER if beta is 0. */
    record Axpby(float alpha, float beta) implements Op {}

    /** X ⊙ OTHER. */
    record Multiply() implements Op {}

    /** X [N, T, C] + ROW [N, C]. */
    record AddRow() implements Op {}

    /** Σₜ X [N, T, C]. */
    record SumTokens() implements Op {}

    record Upsample2x() implements Op {}

    record AveragePool2x() implements Op {}

    /** Channels of X to channels of the result, whose others stay. */
    record CopyChannels(int from, int to, int count) implements Op {}

    /** X [A, B, C, D] to [A, C, B, D]. */
    record SwapMiddle() implements Op {}
}
