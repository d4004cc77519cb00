package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
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

    /** Of photos with what the wild tower said of them. */
    static Var photos(Tape t, StructureNet net, float[] photos, StructureNet.Wild wild) {
        if (net.appearance() == null) {
            return wild.embedding();
        }
        float[] colours = ColourDistribution.ofPhotos(
                photos,
                HostArrays.read(wild.mask().value()),
                net.config().wild().side(),
                net.config().appearance().bins());
        return join(t, net, wild.embedding(), colours);
    }

    /** Of values as {@link StandardInput} writes them. */
    static Var standards(Tape t, StructureNet net, float[] standards) {
        Var structure = net.standard(t, TowerTensors.standards(t, net, standards));
        return net.appearance() == null ? structure : join(t, net, structure, colours(net, standards));
    }

    /** Distributions of standard images, [N, bins³]. */
    static float[] colours(StructureNet net, float[] standards) {
        return ColourDistribution.ofStandards(
                standards,
                net.config().standard().side(),
                net.config().appearance().bins());
    }

    private static Var join(Tape t, StructureNet net, Var structure, float[] colours) {
        long n = structure.size(0);
        Var appearance = net.appearance().embed(t, TowerTensors.of(t, colours, n, colours.length / n));
        return Elementwise.scale(t, HALF, Shapes.concatChannels(t, structure, appearance));
    }
}
