package org.ragdiff.data.dataset;

import java.util.List;

/**
 * What a data set lists. Immutable.
 *
 * @param pairs those to use, in the order of the list
 * @param leftOut the others
 */
public record DatasetListing(List<PairFiles> pairs, List<LeftOut> leftOut) {
    public DatasetListing {
        pairs = List.copyOf(pairs);
        leftOut = List.copyOf(leftOut);
    }
}
