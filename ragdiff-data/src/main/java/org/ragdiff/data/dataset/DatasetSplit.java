package org.ragdiff.data.dataset;

/** Part of a data set. */
public enum DatasetSplit {
    TRAIN,
    TEST,
    /** Both. */
    ALL
}
