package org.ragdiff.data.dataset;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Which data set is read, and how.
 *
 * @param root its folder, or its table
 * @param split part of it
 * @param side of all pictures that are given out, in pixels, 16 to 2048
 * @param knownLeaks what is done with pictures that are known copies
 * @param unreadable what is done with files that are missing or damaged
 */
public record DatasetOptions(Path root, DatasetSplit split, int side, KnownLeaks knownLeaks, Unreadable unreadable) {
    /** Pictures that are copies of others, by published lists. */
    public enum KnownLeaks {
        REMOVE,
        KEEP
    }

    /** Files that are missing or cannot be decoded. */
    public enum Unreadable {
        /** A missing file refuses the data set; a damaged one ends what asks for its picture. */
        REFUSE,
        /** All pictures are read once when the data set is opened; those that cannot be are left out. */
        SKIP
    }

    public DatasetOptions {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(split, "split");
        Objects.requireNonNull(knownLeaks, "knownLeaks");
        Objects.requireNonNull(unreadable, "unreadable");
        if (side < 16 || side > 2048) {
            throw new IllegalArgumentException("side must be in 16..2048, got " + side);
        }
    }

    /** The training part at 128 pixels, without known copies; unreadable files are refused. */
    public static DatasetOptions of(Path root) {
        return new DatasetOptions(root, DatasetSplit.TRAIN, 128, KnownLeaks.REMOVE, Unreadable.REFUSE);
    }

    public DatasetOptions withSplit(DatasetSplit newSplit) {
        return new DatasetOptions(root, newSplit, side, knownLeaks, unreadable);
    }

    public DatasetOptions withSide(int newSide) {
        return new DatasetOptions(root, split, newSide, knownLeaks, unreadable);
    }

    public DatasetOptions withKnownLeaks(KnownLeaks what) {
        return new DatasetOptions(root, split, side, what, unreadable);
    }

    public DatasetOptions withUnreadable(Unreadable what) {
        return new DatasetOptions(root, split, side, knownLeaks, what);
    }
}
