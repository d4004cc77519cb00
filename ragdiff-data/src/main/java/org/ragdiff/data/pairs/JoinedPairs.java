package org.ragdiff.data.pairs;

import java.util.List;
import java.util.stream.Collectors;
import org.ragdiff.core.provenance.Sha256;

/**
 * The pairs of several sources, mixed: each turn shows every pair of each source once. Thread-safe if the sources are.
 */
public final class JoinedPairs implements PairSource {
    private final List<PairSource> sources;
    private final int garments;
    private final long seed;

    /** @param sources at least one */
    public JoinedPairs(List<PairSource> sources, long seed) {
        this.sources = List.copyOf(sources);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("no sources of pairs to join");
        }
        this.garments = sources.stream().mapToInt(PairSource::garments).reduce(0, Math::addExact);
        this.seed = seed;
    }

    @Override
    public int garments() {
        return garments;
    }

    @Override
    public GarmentPair pair(long index) {
        int place = Permutation.ofTurn(garments, seed, index);
        long turn = index / garments;
        for (PairSource source : sources) {
            if (place < source.garments()) {
                return source.pair(turn * source.garments() + place);
            }
            place -= source.garments();
        }
        throw new IllegalStateException("place " + place + " beyond all sources");
    }

    @Override
    public String fingerprint() {
        return "joined-"
                + Sha256.of(sources.stream().map(PairSource::fingerprint).collect(Collectors.joining(" ")) + " " + seed)
                        .substring(0, 16);
    }
}
