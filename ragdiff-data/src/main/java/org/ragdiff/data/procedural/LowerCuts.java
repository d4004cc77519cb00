package org.ragdiff.data.procedural;

import static org.ragdiff.data.procedural.Ranges.chance;
import static org.ragdiff.data.procedural.Ranges.draw;

import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.GarmentAttributes.Closure;
import org.ragdiff.data.procedural.PantsShape.Style;

/** Ranges of the cuts of trousers, shorts and skirts. Stateless. */
final class LowerCuts {
    private LowerCuts() {}

    static PantsShape trousers(SplittableRandom r) {
        double waist = draw(r, 18, 24);
        double hip = waist * draw(r, 1.08, 1.32);
        double rise = draw(r, 23, 33);
        double length = chance(r, 0.12) ? draw(r, 62, 86) : draw(r, 90, 110);
        double k = r.nextDouble();
        double knee;
        double hem;
        if (k < 0.35) {
            knee = hip * draw(r, 0.58, 0.76);
            hem = knee * draw(r, 0.68, 0.88);
        } else if (k < 0.72) {
            knee = hip * draw(r, 0.78, 0.98);
            hem = knee * draw(r, 0.8, 1.02);
        } else if (k < 0.86) {
            knee = hip * draw(r, 0.68, 0.9);
            hem = knee * draw(r, 1.2, 1.6);
        } else {
            knee = hip * draw(r, 1.0, 1.16);
            hem = knee * draw(r, 0.9, 1.12);
        }
        Style style = style(r);
        boolean elastic = style == Style.SPORT || style == Style.PLAIN;
        double cuff = style == Style.SPORT && chance(r, 0.6) ? draw(r, 3.5, 6.5) : 0;
        if (cuff > 0) {
            hem = Math.min(hem, draw(r, 9, 12));
        }
        return new PantsShape(
                Category.PANTS,
                waist,
                hip,
                rise,
                length,
                Math.min(knee, 44),
                Math.max(7.5, Math.min(hem, 48)),
                chance(r, 0.2) ? draw(r, 6, 14) : draw(r, 0.5, 6),
                elastic ? draw(r, 3, 7) : draw(r, 3, 4.5),
                cuff,
                elastic ? Closure.NONE : chance(r, 0.75) ? Closure.ZIP : Closure.BUTTONS,
                style);
    }

    static PantsShape shorts(SplittableRandom r) {
        double waist = draw(r, 18, 24);
        double hip = waist * draw(r, 1.1, 1.32);
        double rise = draw(r, 22, 31);
        boolean long_ = chance(r, 0.35);
        double length = rise + (long_ ? draw(r, 22.5, 33) : draw(r, 5, 21));
        double knee = hip * draw(r, 0.84, 1.14);
        Style style = style(r);
        boolean elastic = style == Style.SPORT || style == Style.PLAIN;
        return new PantsShape(
                Category.SHORTS,
                waist,
                hip,
                rise,
                length,
                knee,
                Math.min(48, knee * draw(r, 0.92, 1.28)),
                draw(r, 0.5, 5),
                elastic ? draw(r, 3, 6) : draw(r, 3, 4.5),
                chance(r, 0.15) ? draw(r, 2, 3.5) : 0,
                elastic ? Closure.NONE : chance(r, 0.75) ? Closure.ZIP : Closure.BUTTONS,
                style);
    }

    private static Style style(SplittableRandom r) {
        double k = r.nextDouble();
        return k < 0.42
                ? Style.JEANS
                : k < 0.58 ? Style.PRESSED : k < 0.78 ? Style.SPORT : k < 0.86 ? Style.CARGO : Style.PLAIN;
    }

    static SkirtShape skirt(SplittableRandom r) {
        double waist = draw(r, 17, 23);
        double k = r.nextDouble();
        boolean wide = k > 0.6;
        double hip = waist * (wide ? draw(r, 1.25, 1.6) : draw(r, 1.1, 1.3));
        double length = chance(r, 0.45) ? draw(r, 32, 46) : chance(r, 0.6) ? draw(r, 46, 70) : draw(r, 70, 100);
        double hem = wide
                ? Math.min(84, hip * draw(r, 1.25, 2.0))
                : hip * (k < 0.3 ? draw(r, 0.78, 0.98) : draw(r, 1.0, 1.25));
        double c = r.nextDouble();
        return new SkirtShape(
                waist,
                hip,
                length,
                hem,
                draw(r, 0, 1),
                wide ? draw(r, 1, 7) : draw(r, -0.5, 2),
                wide && chance(r, 0.5) ? 2 + r.nextInt(4) : 0,
                chance(r, 0.08) ? draw(r, -13, 13) : draw(r, -1, 1),
                draw(r, 2, 5.5),
                !wide && k > 0.45 || wide && chance(r, 0.3) ? 3 + r.nextInt(7) : 0,
                !wide && chance(r, 0.2) ? draw(r, 6, Math.min(25, 0.4 * length)) : 0,
                c < 0.5 ? Closure.NONE : c < 0.8 ? Closure.ZIP : Closure.BUTTONS);
    }
}
