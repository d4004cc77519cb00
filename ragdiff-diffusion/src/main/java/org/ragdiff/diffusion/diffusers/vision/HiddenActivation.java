package org.ragdiff.diffusion.diffusers.vision;

import java.util.Arrays;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Activations of feed-forward layers, by transformers' names. */
public enum HiddenActivation {
    /** x · sigmoid(1.702 x). */
    QUICK_GELU("quick_gelu"),
    /** x · Φ(x), by the error function. */
    GELU("gelu"),
    /** GELU's tanh approximation. */
    GELU_PYTORCH_TANH("gelu_pytorch_tanh");

    private final String id;

    HiddenActivation(String id) {
        this.id = id;
    }

    /** The name in {@code hidden_act}. */
    public String id() {
        return id;
    }

    static HiddenActivation named(String id) {
        return Arrays.stream(values()).filter(a -> a.id.equals(id)).findFirst().orElse(GELU);
    }

    static Object[] names() {
        return Arrays.stream(values()).map(HiddenActivation::id).toArray();
    }

    Var apply(Tape t, Var x) {
        return switch (this) {
            case QUICK_GELU ->
                Elementwise.multiply(
                        t, x, Elementwise.activate(t, Activation.SIGMOID, Elementwise.scale(t, 1.702f, x)));
            case GELU -> Elementwise.activate(t, Activation.GELU, x);
            case GELU_PYTORCH_TANH -> Elementwise.activate(t, Activation.GELU_TANH, x);
        };
    }
}
