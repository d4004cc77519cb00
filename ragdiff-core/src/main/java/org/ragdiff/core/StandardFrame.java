package org.ragdiff.core;

/** Constants of the standard frame, the coordinate system of flat-lays, silhouettes, landmarks. */
public final class StandardFrame {
    /** Share of the frame's side that the longer side of the garment's bounding box covers. */
    public static final double COVERAGE = 0.9;

    /** Side, in cells, of the signed distance fields that are stored, predicted and blended. */
    public static final int FIELD_SIDE = 64;

    private StandardFrame() {}
}
