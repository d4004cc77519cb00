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
    private final double dyed;

    /** @param garments at least one */
    public WildPairs(GarmentStore garments, WildScenery scenery, WildViewOptions view, long seed) {
        this(garments, scenery, view, seed, 0);
    }

    /**
     * @param garments at least one
     * @param dyed share of the pairs whose garment is shown in colours that it does not have, in [0, 1]
     */
    public WildPairs(GarmentStore garments, WildScenery scenery, WildViewOptions view, long seed, double dyed) {
        if (!(dyed >= 0 && dyed <= 1)) {
            throw new IllegalArgumentException("dyed must be in [0, 1], got " + dyed);
        }
        if (garments.size() < 1) {
            throw new IllegalArgumentException("no garments to make pairs of");
        }
        this.garments = garments;
        this.renderer = new WildViewRenderer(view, scenery);
        this.seed = seed;
        this.dyed = dyed;
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
        SplittableRandom random = new SplittableRandom(seed * 0x5851f42d4c957f2dL + index);
        long viewSeed = random.nextLong();
        StandardGarment own = garments.get(garment(index));
        StandardGarment g = dyed > 0 && random.nextDouble() < dyed ? GarmentDye.sample(own, random) : own;
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
                                + " " + seed + (dyed > 0 ? " dyed " + dyed : ""))
                        .substring(0, 16);
    }
}
