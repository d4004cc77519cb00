package org.ragdiff.data.procedural;

/**
 * Seams and decoration of an upper garment. Immutable.
 *
 * @param waistSeam whether bodice and skirt are sewn together at the waist
 * @param gathers folds that fall from the waist seam, 0 to 24
 * @param belt width of a belt, centimetres, 0 for none
 * @param quilting distance of quilted seams, centimetres, 0 for none
 * @param yoke whether the shoulders are cut separately
 * @param tiers flounces of the skirt, 0 to 4
 * @param label whether a label is sewn to the back of the neck
 */
record SeamCut(boolean waistSeam, int gathers, double belt, double quilting, boolean yoke, int tiers, boolean label) {
    SeamCut {
        Ranges.check("gathers", gathers, 0, 24);
        Ranges.check("belt", belt, 0, 8);
        Ranges.check("quilting", quilting, 0, 15);
        Ranges.check("tiers", tiers, 0, 4);
    }

    static SeamCut plain(boolean label) {
        return new SeamCut(false, 0, 0, 0, false, 0, label);
    }
}
