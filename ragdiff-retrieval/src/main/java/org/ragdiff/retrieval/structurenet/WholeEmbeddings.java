package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * The unit vectors that are stored and searched: structure first, then appearance, each of length √½, so that
 * inner products are the means of both parts' cosines; the structure alone where a network has no appearance.
 * Stateless.
 */
final class WholeEmbeddings {
    private static final float HALF = (float) Math.sqrt(0.5);

    private WholeEmbeddings() {}

    /** Photos with what the wild tower said of them. */
    static Photos photos(Tape t, StructureNet net, float[] photos, StructureNet.Wild wild) {
        if (net.appearance() == null) {
            return new Photos(wild.embedding(), null);
        }
        int side = net.config().wild().side();
        int grid = side / 8;
        Var blocks = TowerTensors.of(
                t,
                AppearanceInput.blocks(photos, side, 3, grid, 3),
                photos.length / (side * side * 3),
                (long) grid * grid,
                AppearanceInput.perToken(3));
        AppearanceNet.Wild seen = net.appearance().wild(t, TowerTensors.photos(t, net, photos), blocks, wild.patches());
        return new Photos(join(t, wild.embedding(), seen.embedding()), seen.colours());
    }

    /** Of values as {@link StandardInput} writes them. */
    static Var standards(Tape t, StructureNet net, float[] standards) {
        Var images = TowerTensors.standards(t, net, standards);
        Var structure = net.standard(t, images);
        if (net.appearance() == null) {
            return structure;
        }
        int side = net.config().standard().side();
        int grid = side / 8;
        Var blocks = TowerTensors.of(
                t,
                AppearanceInput.blocks(standards, side, 4, grid, 4),
                standards.length / (side * side * 4),
                (long) grid * grid,
                AppearanceInput.perToken(4));
        return join(t, structure, net.appearance().standard(t, images, blocks, colours(t, standards, side)));
    }

    /** Colours of a standard image's patches, [N, 64 · {@link AppearanceNet#COLOURS}]. */
    private static Var colours(Tape t, float[] standards, int side) {
        float[] values = AppearanceInput.blocks(standards, side, 4, FieldPatches.GRID, 3);
        return TowerTensors.of(
                t,
                values,
                standards.length / (side * side * 4),
                (long) FieldPatches.GRID * FieldPatches.GRID * AppearanceNet.COLOURS);
    }

    private static Var join(Tape t, Var structure, Var appearance) {
        return Elementwise.scale(t, HALF, Shapes.concatChannels(t, structure, appearance));
    }

    /**
     * @param embedding [N, length of whole embeddings], unit rows
     * @param colours see {@link AppearanceNet.Wild}; null without appearance
     */
    record Photos(Var embedding, Var colours) {}
}
