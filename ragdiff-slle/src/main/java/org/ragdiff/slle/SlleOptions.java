package org.ragdiff.slle;

import java.util.Objects;

/**
 * Settings of {@link SlleAggregator}. Immutable.
 *
 * @param neighbours k, how many entries reconstruct the query
 * @param candidates how many entries the database is asked for; in field space the k nearest by
 *     field are chosen from them; at least {@code neighbours}
 * @param solver how weights are solved
 * @param space what the weights reconstruct
 * @param landmark how the silhouette landmark is made
 * @param fieldSide side that fields are reduced to before weights are solved, a divisor of theirs
 * @param fieldClamp distances are clamped to ±this share of the frame in field space: far from the
 *     outline they say little
 * @param decodedShare in [0, 1], share of the query's own decoded field in the landmark; 0 is pure
 *     retrieval
 */
public record SlleOptions(
        int neighbours,
        int candidates,
        SolverOptions solver,
        Space space,
        Landmark landmark,
        int fieldSide,
        double fieldClamp,
        double decodedShare) {
    public SlleOptions {
        Objects.requireNonNull(solver, "solver");
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(landmark, "landmark");
        if (neighbours < 1) {
            throw new IllegalArgumentException("neighbours must be at least 1, got " + neighbours);
        }
        if (candidates < neighbours) {
            throw new IllegalArgumentException(
                    "candidates must be at least neighbours (" + neighbours + "), got " + candidates);
        }
        if (fieldSide < 1) {
            throw new IllegalArgumentException("fieldSide must be at least 1, got " + fieldSide);
        }
        if (!(fieldClamp > 0 && fieldClamp <= 1)) {
            throw new IllegalArgumentException("fieldClamp must be in (0, 1], got " + fieldClamp);
        }
        if (!(decodedShare >= 0 && decodedShare <= 1)) {
            throw new IllegalArgumentException("decodedShare must be in [0, 1], got " + decodedShare);
        }
    }

    /** 16 neighbours, weights solved on embeddings, signed distance fields blended. */
    public static SlleOptions defaults() {
        return new SlleOptions(16, 16, SolverOptions.defaults(), Space.EMBEDDING, Landmark.SDF_BLEND, 32, 0.15, 0);
    }

    /**
     * 64 of 256 candidates, weights solved on the decoded field where the query has one. The ridge is larger than
     * for embeddings: the field is least sure where the photo hides the garment, and weights that follow it there to
     * the letter give its errors back (docs/results/retrieval.md).
     */
    public static SlleOptions fieldDefaults() {
        return new SlleOptions(
                64, 256, SolverOptions.defaults().withLambda(0.05), Space.FIELD, Landmark.SDF_BLEND, 32, 0.15, 0);
    }

    /** Sets k; candidates grow with it where needed. */
    public SlleOptions withNeighbours(int k) {
        int wanted = space == Space.EMBEDDING ? k : Math.max(k, candidates);
        return new SlleOptions(k, wanted, solver, space, landmark, fieldSide, fieldClamp, decodedShare);
    }

    public SlleOptions withCandidates(int value) {
        return new SlleOptions(neighbours, value, solver, space, landmark, fieldSide, fieldClamp, decodedShare);
    }

    public SlleOptions withSolver(SolverOptions value) {
        return new SlleOptions(neighbours, candidates, value, space, landmark, fieldSide, fieldClamp, decodedShare);
    }

    public SlleOptions withSpace(Space value) {
        return new SlleOptions(neighbours, candidates, solver, value, landmark, fieldSide, fieldClamp, decodedShare);
    }

    public SlleOptions withLandmark(Landmark value) {
        return new SlleOptions(neighbours, candidates, solver, space, value, fieldSide, fieldClamp, decodedShare);
    }

    public SlleOptions withFieldSide(int value) {
        return new SlleOptions(neighbours, candidates, solver, space, landmark, value, fieldClamp, decodedShare);
    }

    public SlleOptions withFieldClamp(double value) {
        return new SlleOptions(neighbours, candidates, solver, space, landmark, fieldSide, value, decodedShare);
    }

    public SlleOptions withDecodedShare(double value) {
        return new SlleOptions(neighbours, candidates, solver, space, landmark, fieldSide, fieldClamp, value);
    }

    /** What the weights reconstruct. */
    public enum Space {
        /** The query's embedding (the paper). */
        EMBEDDING,
        /** The signed distance field decoded from it; embeddings where a query carries none. */
        FIELD
    }

    /** How the silhouette landmark is made of the neighbours. */
    public enum Landmark {
        /** The field of the entry nearest to ê (the paper). */
        NEAREST,
        /** The weighted sum of the fields: outlines move and stay sharp. */
        SDF_BLEND,
        /** The weighted mean of the masks, cut at one half. */
        MASK_AVERAGE
    }
}
