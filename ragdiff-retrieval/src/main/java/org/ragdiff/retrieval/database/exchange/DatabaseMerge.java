package org.ragdiff.retrieval.database.exchange;

import java.util.Optional;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.ThumbnailStore;

/** Brings the entries of one database into another. Stateless. */
public final class DatabaseMerge {
    private DatabaseMerge() {}

    /**
     * Adds all entries of the source, with their thumbnails, after those of the target. Commits nothing:
     * close the target without a commit if this throws.
     *
     * @param policy for ids that both have with different content; the same content is no conflict
     * @throws IllegalArgumentException if encoders or dimensions differ, or on a conflict under FAIL
     */
    public static IntakeCounts merge(StructureDatabase source, StructureDatabase target, ConflictPolicy policy) {
        if (!source.encoderFingerprint().equals(target.encoderFingerprint())
                || source.dimension() != target.dimension()) {
            throw new IllegalArgumentException("the databases are of different encoders (" + source.encoderFingerprint()
                    + ", dimension " + source.dimension() + "; " + target.encoderFingerprint() + ", dimension "
                    + target.dimension() + "): their embeddings cannot be compared; build one of them again");
        }
        try (EntryIntake intake = new EntryIntake(target, policy)) {
            for (StructureEntry e : source.entries()) {
                intake.take(e, source instanceof ThumbnailStore store ? store.thumbnail(e.id()) : Optional.empty());
            }
            return intake.finish();
        }
    }
}
