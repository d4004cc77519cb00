package org.ragdiff.data.pairs;

import java.util.Objects;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.provenance.Sha256;

/**
 * A source's pairs and their mirror images, photo and flat alike, under the same groups: each turn shows every pair
 * once as it is and once mirrored. Thread-safe if the source is.
 */
public final class MirroredPairs implements PairSource {
    private final PairSource source;

    public MirroredPairs(PairSource source) {
        this.source = Objects.requireNonNull(source, "source");
        Math.multiplyExact(source.garments(), 2);
    }

    @Override
    public int garments() {
        return 2 * source.garments();
    }

    @Override
    public GarmentPair pair(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be at least 0, got " + index);
        }
        long turn = index / garments();
        int place = (int) (index % garments());
        GarmentPair pair = source.pair(turn * source.garments() + place / 2);
        // Which of a pair's two comes first changes, so that not all at even places are mirrored.
        boolean mirrored = (place + turn + place / 2) % 2 != 0;
        return mirrored ? mirrored(pair) : pair;
    }

    private static GarmentPair mirrored(GarmentPair p) {
        return new GarmentPair(
                p.wild().mirrored(),
                p.standard().mirrored(),
                p.silhouette().mirrored(),
                p.attributes(),
                p.id() + MirroredGarments.SUFFIX,
                p.group(),
                p.hiddenShare(),
                p.garmentInPhoto().map(Silhouette::mirrored));
    }

    @Override
    public String fingerprint() {
        return "mirrored-" + Sha256.of(source.fingerprint()).substring(0, 16);
    }
}
