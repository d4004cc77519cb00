package org.ragdiff.diffusion.unet;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * The soft path of RAGDiffusion (arXiv 2411.19528, Embedding Prompt Adapter): ê becomes a few tokens for
 * cross-attention (IP-Adapter's projection, Ye et al. 2023) and a part of the time embedding. A learned
 * vector stands for a dropped ê.
 */
final class StructureTokens extends Module {
    private final Parameter absent;
    private final Linear imageEmbeds;
    private final LayerNorm norm;
    private final Linear linear1;
    private final Linear linear2;
    private final int tokens;
    private final int context;
    private final int dimension;

    StructureTokens(SplittableRandom random, UnetConfig config) {
        tokens = config.structureTokens();
        context = config.contextChannels();
        dimension = config.structureDimension();
        absent = parameter("absent_embedding", Initializer.normal(random, 1 / Math.sqrt(dimension)), dimension);
        imageEmbeds = child("image_embeds", new Linear(random, dimension, tokens * context));
        norm = child("norm", new LayerNorm(context, 1e-5));
        linear1 = child("linear_1", new Linear(random, dimension, config.timeChannels()));
        linear2 = child("linear_2", new Linear(random, config.timeChannels(), config.timeChannels()));
    }

    /** Tokens [N, K, context] and time part [N, timeChannels]. */
    record Result(Var tokens, Var time) {}

    /**
     * @param structure [given.length · D] unit rows, or null if none is given
     * @param given which rows are
     */
    Result apply(Tape t, float[] structure, boolean[] given) {
        if (structure != null && structure.length != given.length * dimension) {
            throw new IllegalArgumentException("structure has " + structure.length + " values, expected " + given.length
                    + " rows of " + dimension);
        }
        return project(t, Rows.orAbsent(t, structure, given, absent.on(t)));
    }

    /** The learned row [D] of a dropped ê. */
    Var absent(Tape t) {
        return absent.on(t);
    }

    /** @param rows ê [N, D], absent ones in place */
    Result project(Tape t, Var rows) {
        // Unit rows have elements of 1/sqrt(D); layers are initialised for elements of about one.
        Var e = Elementwise.scale(t, (float) Math.sqrt(dimension), rows);
        Var k = Shapes.reshape(t, imageEmbeds.apply(t, e), rows.size(0), tokens, context);
        Var time = linear2.apply(t, Elementwise.activate(t, Activation.SILU, linear1.apply(t, e)));
        return new Result(norm.apply(t, k), time);
    }
}
