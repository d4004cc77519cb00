package org.ragdiff.retrieval.structurenet;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Tells garments of one structure apart by their colours and patterns. Both sides describe the patches of the
 * standard frame: a standard image shows them, and in a photo each is looked for by attention whose queries
 * are the {@link FieldReader}'s, which know where the garment lies. The descriptions of all patches together
 * make a unit vector. The colours of the patches, blocks of 2 by 2, are decoded beside it, a dense target, and go
 * into that vector too.
 */
final class AppearanceNet extends Module {
    /** Colours decoded for each patch: 2 by 2 blocks of RGB. */
    static final int COLOURS = AppearanceInput.BLOCKS * AppearanceInput.BLOCKS * 3;

    private static final double EPS = 1e-5;
    private static final int PATCHES = FieldPatches.GRID * FieldPatches.GRID;

    private final ConvTower wildTower;
    private final Linear tokensIn;
    private final Parameter tokenPositions;
    private final Linear queriesIn;
    private final LayerNorm queryNorm;
    private final Attention look;
    private final LayerNorm seenNorm;
    private final Linear wide;
    private final Linear narrow;
    private final Linear coloursOut;
    private final Linear wildPatch;
    private final Linear wildOut;
    private final ConvTower standardTower;
    private final Linear standardPatch;
    private final Linear standardOut;
    private final Linear colourMap;
    private final Parameter logitScale;
    private final Parameter logitBias;

    AppearanceNet(SplittableRandom random, StructureNetConfig whole) {
        AppearanceConfig config = whole.appearance();
        int c = config.channels();
        int features = config.patchFeatures();
        wildTower = child("wild", new ConvTower(random, 3, config.wild(), whole.normGroups()));
        tokensIn = child(
                "tokens_in", new Linear(random, config.wild().channels().get(2) + AppearanceInput.perToken(3), c));
        long grid = config.wild().side() / 8;
        tokenPositions = parameter("token_positions", Initializer.normal(random, 0.5), 1L, grid * grid * c);
        queriesIn = child("queries_in", new Linear(random, whole.readerChannels(), c));
        queryNorm = child("norm1", new LayerNorm(c, EPS));
        look = child("attn1", new Attention(random, c, c, config.heads()));
        seenNorm = child("norm2", new LayerNorm(c, EPS));
        wide = child("ff.0", new Linear(random, c, 2 * c));
        narrow = child("ff.2", new Linear(random, 2 * c, c));
        coloursOut = child("colours_out", new Linear(random, c, COLOURS));
        wildPatch = child("wild_patch", new Linear(random, c, features));
        wildOut = child(
                "wild_out",
                new Linear(random, PATCHES * features + config.wild().hidden(), config.dimension()));
        standardTower = child("standard", new ConvTower(random, 4, config.standard(), whole.normGroups()));
        standardPatch = child(
                "standard_patch",
                new Linear(random, config.standard().channels().get(2) + AppearanceInput.perToken(4), features));
        int cells = (config.standard().side() / 8) * (config.standard().side() / 8);
        standardOut = child(
                "standard_out",
                new Linear(random, cells * features + config.standard().hidden(), config.dimension()));
        colourMap = child("colour_map", new Linear(random, PATCHES * COLOURS, config.dimension()));
        for (Parameter p : colourMap.parameters().values()) {
            if (p.shape().length == 1) {
                // A constant, by which a pale garment points elsewhere than a dark one of the same hue.
                Initializer.normal(random, 0.5).fill(p.value());
            }
        }
        logitScale = parameter("logit_scale", Initializer.constant((float) Math.log(1 / 0.07)), 1);
        // SigLIP's start (Zhai et al. 2023): nearly all pairs are none.
        logitBias = parameter("logit_bias", Initializer.constant(-10), 1);
    }

    /**
     * @param photos [N, side, side, 3] in [-1, 1]
     * @param blocks of the photos, [N, (side/8)², {@link AppearanceInput#perToken}(3)]
     * @param patches the reader's features of the standard frame's patches, [N, 64, readerChannels]
     */
    Wild wild(Tape t, Var photos, Var blocks, Var patches) {
        ConvTower.Features seen = wildTower.apply(t, photos);
        Var tokens = tokensIn.apply(t, Shapes.concatChannels(t, seen.tokens(), blocks));
        Attention.KeyValue memory = look.project(t, positioned(t, tokens));
        Var x = queriesIn.apply(t, patches);
        x = Elementwise.add(t, x, look.apply(t, queryNorm.apply(t, x), memory, null));
        Var h = Elementwise.activate(t, Activation.SILU, wide.apply(t, seenNorm.apply(t, x)));
        x = Elementwise.add(t, x, narrow.apply(t, h));
        Var colours = coloursOut.apply(t, x);
        Var decoded = flat(t, colours);
        return new Wild(embed(t, wildPatch.apply(t, x), seen.hidden(), decoded, wildOut), decoded);
    }

    /**
     * @param standards [N, side, side, 4] as {@link StructureNet#standard} takes them
     * @param blocks of the standards, [N, (side/8)², {@link AppearanceInput#perToken}(4)]
     * @param colours of the patches, [N, 64 · {@link #COLOURS}]
     * @return [N, dimension], unit rows
     */
    Var standard(Tape t, Var standards, Var blocks, Var colours) {
        ConvTower.Features seen = standardTower.apply(t, standards);
        Var patches = standardPatch.apply(t, Shapes.concatChannels(t, seen.tokens(), blocks));
        return embed(t, patches, seen.hidden(), colours, standardOut);
    }

    Var logitScale(Tape t) {
        return logitScale.on(t);
    }

    Var logitBias(Tape t) {
        return logitBias.on(t);
    }

    /** What was learned of patches and whole, and the colours as they are, through one map on both sides. */
    private Var embed(Tape t, Var patches, Var hidden, Var colours, Linear out) {
        Var described = Elementwise.activate(t, Activation.SILU, flat(t, patches));
        Var whole = Elementwise.activate(t, Activation.SILU, hidden);
        Var learned = out.apply(t, Shapes.concatChannels(t, described, whole));
        return Normalizations.unitRows(t, Elementwise.combine(t, 1, learned, -1, colourMap.apply(t, colours)));
    }

    private static Var flat(Tape t, Var x) {
        return Shapes.reshape(t, x, x.size(0), x.size(1) * x.size(2));
    }

    private Var positioned(Tape t, Var x) {
        Var rows =
                Elementwise.addRow(t, Shapes.reshape(t, x, 1, x.size(0), x.size(1) * x.size(2)), tokenPositions.on(t));
        return Shapes.reshape(t, rows, x.size(0), x.size(1), x.size(2));
    }

    /**
     * What is seen in photos.
     *
     * @param embedding [N, dimension], unit rows
     * @param colours of the standard image's patches as they are decoded, [N, 64 · {@link #COLOURS}]
     */
    record Wild(Var embedding, Var colours) {}
}
