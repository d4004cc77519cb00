package org.ragdiff.diffusion.pipeline;

import java.util.Optional;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StructureQuery;

/**
 * Mixes what the aligned photo says of the garment's outline into the field that the encoder decodes, before the
 * database is asked to rebuild it: the encoder knows what garments look like, the alignment what this photo shows.
 * Immutable.
 *
 * @param share of the aligned photo's signed distances, in [0, 1]; 0 for off
 */
public record SilhouetteFusion(double share) {
    /** Coverage of places that the photo does not reach. */
    private static final float UNKNOWN = 0.5f;

    public SilhouetteFusion {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of the silhouette fusion must be in [0, 1], got " + share);
        }
    }

    /**
     * @param query left as it is if it has no field
     * @param photo likewise if it does not lie in the standard frame, or shows no garment there
     */
    public StructureQuery apply(StructureQuery query, AlignedPhoto photo) {
        if (share == 0 || !photo.inFrame() || query.field().isEmpty()) {
            return query;
        }
        SignedDistanceField decoded = query.field().get();
        Optional<SignedDistanceField> seen = outline(photo, decoded);
        return seen.isEmpty()
                ? query
                : new StructureQuery(query.embedding(), Optional.of(mix(decoded, seen.get())), query.attributes());
    }

    /** Of what the photo covers, completed by the decoded field where the photo does not reach. */
    private static Optional<SignedDistanceField> outline(AlignedPhoto photo, SignedDistanceField decoded) {
        int side = photo.side();
        float[] coverage = photo.coverage();
        SignedDistanceField known = decoded.resize(side);
        boolean[] inside = new boolean[side * side];
        boolean any = false;
        for (int i = 0; i < inside.length; i++) {
            inside[i] = coverage[i] == UNKNOWN ? known.at(i % side, i / side) < 0 : coverage[i] > UNKNOWN;
            any |= inside[i];
        }
        return any
                ? Optional.of(SignedDistanceField.of(new Silhouette(side, side, inside))
                        .resize(decoded.side()))
                : Optional.empty();
    }

    private SignedDistanceField mix(SignedDistanceField decoded, SignedDistanceField seen) {
        float[] out = decoded.toArray();
        float[] other = seen.toArray();
        for (int i = 0; i < out.length; i++) {
            out[i] += (float) (share * (other[i] - out[i]));
        }
        return new SignedDistanceField(decoded.side(), out);
    }
}
