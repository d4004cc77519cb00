package org.ragdiff.data.procedural;

import java.util.List;

/**
 * What a garment is made of. Immutable.
 *
 * @param main most of the garment
 * @param sleeve of the sleeves, often {@code main}
 * @param trim of collars, cuffs, waistbands
 * @param lining the inside
 * @param trimRgb flat colour for bands that are drawn as lines, 0xRRGGBB
 * @param buttonRgb of buttons
 * @param metalRgb of zips
 * @param tracks stripes along sleeves and legs, 0 to 3
 * @param print drawn on the front, in the garment's coordinates
 */
record Look(
        Fabric main,
        Fabric sleeve,
        Fabric trim,
        Fabric lining,
        int trimRgb,
        int buttonRgb,
        int metalRgb,
        int tracks,
        List<Mark> print) {
    Look {
        Ranges.check("tracks", tracks, 0, 3);
        print = List.copyOf(print);
    }

    /** One colour and nothing on it. */
    static Look plain(int rgb) {
        Fabric f = Fabric.solid(rgb);
        return new Look(f, f, f, f, rgb, Palette.scaled(rgb, 0.7), 0x8a8a8e, 0, List.of());
    }

    Fabric fabric(Cloth cloth) {
        return switch (cloth) {
            case MAIN -> main;
            case SLEEVE -> sleeve;
            case TRIM -> trim;
            case LINING -> lining;
        };
    }
}
