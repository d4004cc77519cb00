package org.ragdiff.core.nn;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Embeddings;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Layer normalisation whose scale and shift depend on a class or whole timestep, diffusers' AdaLayerNorm: {@code emb}
 * [classes, channels], SiLU, {@code linear} to both.
 */
public final class AdaptiveLayerNorm extends Module {
    private final Parameter table;
    private final Linear linear;
    private final PlainLayerNorm norm;
    private final int channels;

    /** @param norm of the channels; not closed */
    public AdaptiveLayerNorm(SplittableRandom random, int channels, int classes, PlainLayerNorm norm) {
        this.table = parameter("emb.weight", Initializer.normal(random, 1), classes, channels);
        this.linear = child("linear", new Linear(random, channels, 2 * channels));
        this.norm = norm;
        this.channels = channels;
    }

    /**
     * @param x [N, T, channels]
     * @param label of all samples, in [0, classes)
     */
    public Var apply(Tape t, Var x, int label) {
        int[] labels = new int[Math.toIntExact(x.size(0))];
        Arrays.fill(labels, label);
        Var both = linear.apply(t, Elementwise.activate(t, Activation.SILU, Embeddings.rows(t, table.on(t), labels)));
        Var scale = Shapes.sliceChannels(t, both, 0, channels);
        Var shift = Shapes.sliceChannels(t, both, channels, channels);
        return PlainLayerNorm.modulated(t, norm.apply(t, x), scale, shift);
    }
}
