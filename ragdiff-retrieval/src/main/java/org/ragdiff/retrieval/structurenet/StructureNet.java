package org.ragdiff.retrieval.structurenet;

import java.io.IOException;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.ImageTower;
import org.ragdiff.core.nn.ImageTowers;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Both towers (arXiv 2411.19528, section 3.2) with their heads: embeddings, the canonical signed distance
 * field decoded from them, for photos also the field read off the photo itself, where the garment is seen,
 * and attributes; and, where the configuration has it, the {@link AppearanceNet}. Applying it does not change it.
 */
public final class StructureNet extends Module {
    /** Cells of the mask along a side of one token; the mask has a quarter of the photo's side. */
    static final int MASK_CELLS = 2;

    private final StructureNetConfig config;
    private final Tower wildTower;
    private final Linear attributesIn;
    private final LayerNorm wildNorm;
    private final Linear wildMix;
    private final Linear wildOut;
    private final Linear attributesOut;
    private final Linear maskOut;
    private final Tower standardTower;
    private final Linear standardOut;
    private final FieldDecoder decoder;
    private final FieldReader reader;
    private final Parameter logitScale;
    private final AppearanceNet appearance;

    /**
     * @param random of new weights; null for none, where they are loaded next
     * @param config towers of checkpoints given by their shapes, whose weights are to be loaded; see {@link #begin}
     * @throws IllegalArgumentException if a checkpoint is given by its folder, or does not suit the side
     */
    public StructureNet(SplittableRandom random, StructureNetConfig config) {
        this(random, config, image(config.wild()), image(config.standard()));
    }

    private StructureNet(
            SplittableRandom random, StructureNetConfig config, ImageTower wildImage, ImageTower standardImage) {
        this.config = config;
        int hidden = config.wild().hidden();
        wildTower = child("wild", Tower.of(random, 3, config.wild(), config.normGroups(), wildImage));
        attributesIn = child("attributes_in", Linear.withoutBias(random, AttributeVocabulary.SIZE, hidden));
        wildNorm = child("wild_norm", new LayerNorm(hidden, 1e-5));
        wildMix = child("wild_mix", new Linear(random, hidden, hidden));
        wildOut = child("wild_out", new Linear(random, hidden, config.dimension()));
        attributesOut = child("attributes_out", new Linear(random, hidden, AttributeVocabulary.SIZE));
        maskOut = child("mask_out", new Linear(random, wildTower.tokenWidth(), MASK_CELLS * MASK_CELLS));
        standardTower = child("standard", Tower.of(random, 4, config.standard(), config.normGroups(), standardImage));
        standardOut = child("standard_out", new Linear(random, config.standard().hidden(), config.dimension()));
        int cells = config.fieldSide() * config.fieldSide();
        decoder = child("decoder", new FieldDecoder(random, config.dimension(), config.decoderHidden(), cells));
        reader = config.readerLayers() == 0
                ? null
                : child("reader", new FieldReader(random, config, wildTower.tokenWidth()));
        // CLIP's start, a temperature of 0.07 (Radford et al. 2021).
        logitScale = parameter("logit_scale", Initializer.constant((float) Math.log(1 / 0.07)), 1);
        appearance = config.appearance() == null
                ? null
                : child("appearance", new AppearanceNet(random, config.appearance()));
    }

    /**
     * A network to be trained: new weights, but for towers of checkpoints, which are read from their folders. Its {@link
     * #config} has their shapes in place of the folders.
     *
     * @throws IOException if a folder cannot be read; says what was expected
     * @throws IllegalArgumentException if a checkpoint does not suit the tower's side
     */
    public static StructureNet begin(SplittableRandom random, StructureNetConfig config) throws IOException {
        ImageTower wild = read(config.wild());
        ImageTower standard = null;
        try {
            standard = read(config.standard());
            StructureNetConfig whole =
                    config.withWild(read(config.wild(), wild)).withStandard(read(config.standard(), standard));
            return new StructureNet(random, whole, wild, standard);
        } catch (IOException | RuntimeException e) {
            close(wild);
            close(standard);
            throw e;
        }
    }

    private static ImageTower read(TowerConfig tower) throws IOException {
        if (tower.checkpoint() == null) {
            return null;
        }
        if (tower.checkpoint().folder() == null) {
            throw new IllegalArgumentException("a training begins with a checkpoint's folder, got its shape alone");
        }
        return ImageTowers.installed().load(tower.checkpoint().folder());
    }

    private static TowerConfig read(TowerConfig tower, ImageTower image) {
        return image == null ? tower : tower.withCheckpoint(tower.checkpoint().read(image));
    }

    private static void close(ImageTower image) {
        if (image != null) {
            image.close();
        }
    }

    private static ImageTower image(TowerConfig tower) {
        if (tower.checkpoint() == null) {
            return null;
        }
        if (tower.checkpoint().shape() == null) {
            throw new IllegalArgumentException("the tower of "
                    + tower.checkpoint().folder() + " is not read yet: a training begins with StructureNet.begin");
        }
        return ImageTowers.installed().unset(tower.checkpoint().shape());
    }

    public StructureNetConfig config() {
        return config;
    }

    /**
     * The wild tower.
     *
     * @param photos [N, side, side, 3] in [-1, 1]
     * @param attributes [N, {@link AttributeVocabulary#SIZE}], rows of {@link AttributeVocabulary#encode}
     */
    public Wild wild(Tape t, Var photos, Var attributes) {
        Tower.Features seen = wildTower.apply(t, photos);
        Var hidden = Elementwise.activate(t, Activation.SILU, seen.hidden());
        Var attributeLogits = attributesOut.apply(t, hidden);
        Var told = Elementwise.add(t, seen.hidden(), attributesIn.apply(t, attributes));
        Var mixed = wildMix.apply(t, wildNorm.apply(t, told));
        Var features = Elementwise.activate(t, Activation.SILU, mixed);
        Var embedding = Normalizations.unitRows(t, wildOut.apply(t, features));
        Var field = decoder.apply(t, embedding);
        Var read = reader == null ? field : reader.apply(t, seen.tokens(), features, field);
        return new Wild(embedding, field, read, attributeLogits, maskOut.apply(t, seen.tokens()));
    }

    /** Logits of the attributes of photos alone, [N, {@link AttributeVocabulary#SIZE}]. */
    public Var attributes(Tape t, Var photos) {
        Var hidden = wildTower.apply(t, photos).hidden();
        return attributesOut.apply(t, Elementwise.activate(t, Activation.SILU, hidden));
    }

    /**
     * The standard tower.
     *
     * @param standards [N, side, side, 4]: colours in [-1, 1], then the silhouette, 1 inside, -1 outside
     * @return [N, dimension], unit rows
     */
    public Var standard(Tape t, Var standards) {
        Var hidden = standardTower.apply(t, standards).hidden();
        Var features = Elementwise.activate(t, Activation.SILU, hidden);
        return Normalizations.unitRows(t, standardOut.apply(t, features));
    }

    /** Embeddings [N, dimension] to fields [N, fieldSide²] in the order of {@code FieldPatches}. */
    Var decode(Tape t, Var embeddings) {
        return decoder.apply(t, embeddings);
    }

    /** The part that tells garments of one structure apart; null if there is none. */
    AppearanceNet appearance() {
        return appearance;
    }

    /** Logarithm of the factor on cosines in the contrastive loss, [1]. */
    Var logitScale(Tape t) {
        return logitScale.on(t);
    }

    /**
     * What the wild tower says of photos.
     *
     * @param embedding [N, dimension], unit rows
     * @param field decoded from the embedding, [N, fieldSide²] in patch order, in units of the limit
     * @param readField the same, refined from the photo's feature map
     * @param attributes logits [N, {@link AttributeVocabulary#SIZE}]
     * @param mask logits of the garment's share of cells, [N, (side/8)², 4], 2 by 2 cells a token
     */
    public record Wild(Var embedding, Var field, Var readField, Var attributes, Var mask) {}
}
