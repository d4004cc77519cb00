package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of cloth as it is seen. Immutable; paths are not to be modified.
 *
 * @param outline closed, in centimetres
 * @param cloth its fabric
 * @param drape how it folds
 * @param overlay clipped to the last panel that is not an overlay, and no part of the outline: a
 *     pocket, a ribbed hem
 * @param angle of the fabric's lengthwise thread from the garment's, radians: that of a sleeve
 * @param lift height above what lies under it, in centimetres: the width of its shadow
 * @param light factor for the whole panel, 1 if it lies on top
 * @param marks drawn on it in order
 */
record Panel(
        Path2D outline,
        Cloth cloth,
        Drape drape,
        boolean overlay,
        double angle,
        double lift,
        double light,
        List<Mark> marks) {
    /** Where folds come from. */
    enum Drape {
        /** Hangs from shoulders: soft folds, creases from the armpits. */
        BODY,
        /** A tube along its thread: creases across it. */
        TUBE,
        /** Falls from a waist: long folds downwards. */
        FALL,
        /** Too small or stiff to fold. */
        FLAT
    }

    Panel {
        marks = List.copyOf(marks);
    }

    static Panel of(Path2D outline, Cloth cloth, Drape drape) {
        return new Panel(outline, cloth, drape, false, 0, 0, 1, List.of());
    }

    static Panel overlay(Path2D outline, Cloth cloth) {
        return new Panel(outline, cloth, Drape.FLAT, true, 0, 0, 1, List.of());
    }

    Panel withAngle(double a) {
        return new Panel(outline, cloth, drape, overlay, a, lift, light, marks);
    }

    Panel withLift(double l) {
        return new Panel(outline, cloth, drape, overlay, angle, l, light, marks);
    }

    Panel withLight(double l) {
        return new Panel(outline, cloth, drape, overlay, angle, lift, l, marks);
    }

    /** With more marks, drawn after those it has. */
    Panel with(List<Mark> more) {
        List<Mark> all = new ArrayList<>(marks);
        all.addAll(more);
        return new Panel(outline, cloth, drape, overlay, angle, lift, light, all);
    }

    Panel laid(Lay lay) {
        return new Panel(
                lay.apply(outline),
                cloth,
                drape,
                overlay,
                angle,
                lift,
                light,
                marks.stream().map(m -> m.laid(lay)).toList());
    }
}
