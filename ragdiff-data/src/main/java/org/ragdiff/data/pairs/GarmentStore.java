package org.ragdiff.data.pairs;

/** An indexed set of standard garments, kept compactly. Thread-safe. */
public interface GarmentStore {
    int size();

    /** Side, in pixels, of the standard images. */
    int side();

    /**
     * @param index in 0..size-1
     * @throws IndexOutOfBoundsException otherwise
     */
    StandardGarment get(int index);

    /** The garment's id, without its picture. */
    String id(int index);

    /** The garment's group, without its picture. */
    String group(int index);

    /** Identifies the contents. */
    String fingerprint();
}
