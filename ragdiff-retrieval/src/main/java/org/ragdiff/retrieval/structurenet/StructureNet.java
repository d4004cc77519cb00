package org.ragdiff.retrieval.structurenet;

import java.util.SplittableRandom;
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

    public StructureNet(SplittableRandom random, StructureNetConfig config) {
        this.config = config;
        int hidden = config.wild().hidden();
        wildTower = child("wild", Tower.of(random, 3, config.wild(), config.normGroups()));
        attributesIn = child("attributes_in", Linear.withoutBias(random, AttributeVocabulary.SIZE, hidden));
        wildNorm = child("wild_norm", new LayerNorm(hidden, 1e-5));
        wildMix = child("wild_mix", new Linear(random, hidden, hidden));
        wildOut = child("wild_out", new Linear(random, hidden, config.dimension()));
        attributesOut = child("attributes_out", new Linear(random, hidden, AttributeVocabulary.SIZE));
        maskOut = child("mask_out", new Linear(random, config.wild().channels().get(2), MASK_CELLS * MASK_CELLS));
        standardTower = child("standard", Tower.of(random, 4, config.standard(), config.normGroups()));
        standardOut = child("standard_out", new Linear(random, config.standard().hidden(), config.dimension()));
        int cells = config.fieldSide() * config.fieldSide();
        decoder = child("decoder", new FieldDecoder(random, config.dimension(), config.decoderHidden(), cells));
        reader = config.readerLayers() == 0 ? null : child("reader", new FieldReader(random, config));
        // CLIP's start, a temperature of 0.07 (Radford et al. 2021).
        logitScale = parameter("logit_scale", Initializer.constant((float) Math.log(1 / 0.07)), 1);
        appearance = config.appearance() == null
                ? null
                : child("appearance", new AppearanceNet(random, config.appearance()));
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
