package org.ragdiff.retrieval.database.exchange;

/** What happens when an entry that comes in has the id of one that is there, with other content. */
public enum ConflictPolicy {
    /** The whole work is refused. */
    FAIL,
    /** What is there stays. */
    KEEP,
    /** What comes in takes its place. */
    REPLACE
}
