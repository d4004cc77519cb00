package org.ragdiff.data.pairs;

import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.wild.WildScenery;
import org.ragdiff.data.wild.WildView;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.data.wild.WildViewRenderer;

/**
 * A store's garments with made photos of them: each turn through the store shows every garment once, in an
 * order and from a view of its own. Thread-safe; holds no picture.
 */
public final class WildPairs implements PairSource {
    private final GarmentStore garments;
    private final WildViewRenderer renderer;
    private final long seed;

    /** @param garments at least one */
    public WildPairs(GarmentStore garments, WildScenery scenery, WildViewOptions view, long seed) {
        if (garments.size() < 1) {
            throw new IllegalArgumentException("no garments to make pairs of");
        }
        this.garments = garments;
        this.renderer = new WildViewRenderer(view, scenery);
        this.seed = seed;
    }

    @Override
    public int garments() {
        return garments.size();
    }

    /** The index, in the store, of the garment that a position shows. */
    public int garment(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be at least 0, got " + index);
        }
        int n = garments.size();
        return Permutation.of(n, seed ^ (index / n + 1) * 0x9e3779b97f4a7c15L).at((int) (index % n));
    }

    @Override
    public GarmentPair pair(long index) {
        StandardGarment g = garments.get(garment(index));
        long viewSeed = new SplittableRandom(seed * 0x5851f42d4c957f2dL + index).nextLong();
        WildView view = renderer.render(g.standard(), g.silhouette(), g.group(), viewSeed);
        return new GarmentPair(
                view.photo(),
                g.standard(),
                g.silhouette(),
                g.attributes(),
                g.id(),
                g.group(),
                view.hiddenShare(),
                Optional.of(view.garmentMaskInPhoto()),
                Optional.of(view.positions()));
    }

    @Override
    public String fingerprint() {
        return "pairs-"
                + Sha256.of(garments.fingerprint() + " " + renderer.scenery().fingerprint() + " " + renderer.options()
                                + " " + seed)
                        .substring(0, 16);
    }
}
