package org.ragdiff.slle;

import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

/**
 * Baselines without a database. {@code none} gives the query's own embedding and an empty landmark
 * (a constant field of +1), for runs in which both conditions are dropped; {@code decoded} gives the
 * field that the encoder itself decodes, the regression that retrieval has to beat. Neither has
 * neighbours or weights. Immutable and thread-safe.
 */
public final class QueryAlone implements StructureAggregator {
    private final String name;
    private final boolean decoded;

    private QueryAlone(String name, boolean decoded) {
        this.name = name;
        this.decoded = decoded;
    }

    /** No guidance: neighbours are ignored. */
    public static QueryAlone none() {
        return new QueryAlone("none", false);
    }

    /** The decoded field as landmark. */
    public static QueryAlone decoded() {
        return new QueryAlone("decoded", true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int neighbours() {
        return 0;
    }

    /**
     * @throws IllegalArgumentException for {@code decoded}, if the query carries no field
     */
    @Override
    public StructureGuidance aggregate(StructureQuery query, List<Neighbour> neighbours) {
        SignedDistanceField landmark = decoded
                ? query.field()
                        .orElseThrow(() -> new IllegalArgumentException("aggregator \"decoded\" needs an encoder with a"
                                + " field head, this query has no field: choose another aggregator"))
                : nothing();
        return new StructureGuidance(
                query.embedding().clone(), landmark, List.of(), new double[0], 0, 0, decoded ? 0 : 1);
    }

    private static SignedDistanceField nothing() {
        int side = StandardFrame.FIELD_SIDE;
        float[] outside = new float[side * side];
        Arrays.fill(outside, 1);
        return new SignedDistanceField(side, outside);
    }
}
