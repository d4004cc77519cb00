package org.ragdiff.retrieval.structurenet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
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
 * Refines the field decoded from an embedding by looking at the photo again: each patch of the standard
 * frame is a query that attends to the photo's feature map, as in DETR (Carion et al. 2020). Attention
 * undoes rotation and placement, which convolutions in the frame of the photo cannot. The last layer starts
 * at zero, so the field starts as the embedding's.
 */
final class FieldReader extends Module {
    private static final double EPS = 1e-5;

    private final int channels;
    private final Linear tokensIn;
    private final Parameter tokenPositions;
    private final Linear hiddenIn;
    private final Linear patchesIn;
    private final Parameter patchPositions;
    private final List<Layer> layers = new ArrayList<>();
    private final LayerNorm normOut;
    private final Linear out;

    /** @param tokenWidth channels of the photo's features */
    FieldReader(SplittableRandom random, StructureNetConfig config, int tokenWidth) {
        channels = config.readerChannels();
        int grid = config.wild().side() / 8;
        int cells = config.fieldSide() * config.fieldSide() / (FieldPatches.GRID * FieldPatches.GRID);
        tokensIn = child("tokens_in", new Linear(random, tokenWidth, channels));
        tokenPositions =
                parameter("token_positions", Initializer.normal(random, 0.5), 1L, (long) grid * grid * channels);
        hiddenIn = child("hidden_in", new Linear(random, config.wild().hidden(), channels));
        patchesIn = child("patches_in", new Linear(random, cells, channels));
        patchPositions = parameter(
                "patch_positions",
                Initializer.normal(random, 0.5),
                1L,
                (long) FieldPatches.GRID * FieldPatches.GRID * channels);
        for (int i = 0; i < config.readerLayers(); i++) {
            layers.add(child("layers." + i, new Layer(random, channels, config.readerHeads())));
        }
        normOut = child("norm_out", new LayerNorm(channels, EPS));
        out = child("out", Linear.zero(channels, cells));
    }

    /**
     * @param tokens the photo's features [N, T, C]
     * @param hidden [N, hidden]
     * @param field [N, cells] in the order of {@link FieldPatches}
     * @return the refined field, same shape
     */
    Var apply(Tape t, Var tokens, Var hidden, Var field) {
        long n = field.size(0);
        long patches = (long) FieldPatches.GRID * FieldPatches.GRID;
        Var memory = positioned(t, tokensIn.apply(t, tokens), tokenPositions);
        Var x = patchesIn.apply(t, Shapes.reshape(t, field, n, patches, field.size(1) / patches));
        x = positioned(t, x, patchPositions);
        x = Elementwise.addRow(t, x, hiddenIn.apply(t, hidden));
        for (Layer layer : layers) {
            x = layer.apply(t, x, memory);
        }
        Var change = out.apply(t, normOut.apply(t, x));
        return Elementwise.add(t, field, Shapes.reshape(t, change, n, field.size(1)));
    }

    /** x [N, T, C] plus the same [T, C] for each of N. */
    private Var positioned(Tape t, Var x, Parameter positions) {
        long tc = x.size(1) * x.size(2);
        Var flat = Elementwise.addRow(t, Shapes.reshape(t, x, 1, x.size(0), tc), positions.on(t));
        return Shapes.reshape(t, flat, x.size(0), x.size(1), x.size(2));
    }

    /** Attention to the photo, attention among patches, two dense layers; each before its norm, added. */
    private static final class Layer extends Module {
        private final LayerNorm norm1;
        private final Attention cross;
        private final LayerNorm norm2;
        private final Attention self;
        private final LayerNorm norm3;
        private final Linear in;
        private final Linear out;

        Layer(SplittableRandom random, int channels, int heads) {
            norm1 = child("norm1", new LayerNorm(channels, EPS));
            cross = child("attn1", new Attention(random, channels, channels, heads));
            norm2 = child("norm2", new LayerNorm(channels, EPS));
            self = child("attn2", new Attention(random, channels, channels, heads));
            norm3 = child("norm3", new LayerNorm(channels, EPS));
            in = child("ff.0", new Linear(random, channels, 2 * channels));
            out = child("ff.2", new Linear(random, 2 * channels, channels));
        }

        Var apply(Tape t, Var x, Var memory) {
            Var h = Elementwise.add(t, x, cross.apply(t, norm1.apply(t, x), cross.project(t, memory), null));
            Var own = norm2.apply(t, h);
            h = Elementwise.add(t, h, self.apply(t, own, self.project(t, own), null));
            Var wide = Elementwise.activate(t, Activation.SILU, in.apply(t, norm3.apply(t, h)));
            return Elementwise.add(t, h, out.apply(t, wide));
        }
    }
}
