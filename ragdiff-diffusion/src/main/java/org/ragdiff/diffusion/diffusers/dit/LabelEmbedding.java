package org.ragdiff.diffusion.diffusers.dit;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.nn.TimestepEmbedding;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Embeddings;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** diffusers' CombinedTimestepLabelEmbeddings: the sum of a timestep's and a class's embedding. */
final class LabelEmbedding extends Module {
    /** Channels of a timestep's code. */
    static final int CODE = 256;

    private final TimestepEmbedding time;
    private final Parameter table;

    LabelEmbedding(SplittableRandom random, int channels, int classes) {
        time = child("timestep_embedder", new TimestepEmbedding(random, CODE, channels));
        table = parameter(
                "class_embedder.embedding_table.weight", Initializer.normal(random, 1), classes + 1, channels);
    }

    /** SiLU of the embedding, [N, channels]. */
    Var apply(Tape t, Var timeCode, int[] labels) {
        Var sum = Elementwise.add(t, time.apply(t, timeCode), Embeddings.rows(t, table.on(t), labels));
        return Elementwise.activate(t, Activation.SILU, sum);
    }
}
