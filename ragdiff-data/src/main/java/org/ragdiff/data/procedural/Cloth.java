package org.ragdiff.data.procedural;

/** Which of a garment's fabrics a panel is cut from. */
enum Cloth {
    MAIN,
    /** Often the main fabric. */
    SLEEVE,
    /** Collars, cuffs, ribbed hems. */
    TRIM,
    /** The inside of the garment. */
    LINING
}
