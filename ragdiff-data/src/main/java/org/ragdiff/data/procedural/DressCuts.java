package org.ragdiff.data.procedural;

import static org.ragdiff.data.procedural.Ranges.chance;
import static org.ragdiff.data.procedural.Ranges.draw;

import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.GarmentAttributes.Closure;
import org.ragdiff.data.procedural.BodyCut.HemKind;
import org.ragdiff.data.procedural.FrontCut.Pockets;
import org.ragdiff.data.procedural.NeckCut.Collar;
import org.ragdiff.data.procedural.NeckCut.Kind;

/** Ranges of the cuts of dresses. Stateless. */
final class DressCuts {
    private DressCuts() {}

    static UpperShape dress(SplittableRandom r) {
        double k = r.nextDouble();
        boolean straps = k < 0.22;
        boolean sleeveless = k < 0.5;
        double length = draw(r, 78, 132);
        double chest = draw(r, 20, 27);
        double waist = chest * draw(r, 0.76, 1.0);
        double flare = r.nextDouble();
        double hem = chest * (flare < 0.4 ? draw(r, 0.9, 1.2) : flare < 0.8 ? draw(r, 1.25, 1.9) : draw(r, 1.9, 2.6));
        double armhole = draw(r, 20, 25);
        double waistAt = draw(r, 33, 43);
        double bell = draw(r, 0, 1);
        NeckCut neck;
        double shoulder;
        double drop;
        if (straps) {
            double strap = draw(r, 0.8, 3);
            double depth = draw(r, 13, 18);
            neck = new NeckCut(Kind.STRAPS, draw(r, 7.5, 11), depth, 0, Collar.NONE, strap);
            shoulder = neck.width() + strap;
            drop = depth - 3;
        } else {
            neck = neck(r);
            shoulder = sleeveless ? neck.width() + draw(r, 3.5, 9) : draw(r, 18, 22);
            drop = sleeveless ? draw(r, 1, 3) : draw(r, 2.5, 5.5);
        }
        shoulder = Math.min(shoulder, chest + 3);
        BodyCut body = new BodyCut(
                shoulder,
                chest,
                waist,
                Math.min(hem, 88),
                length,
                drop,
                armhole,
                waistAt,
                HemKind.STRAIGHT,
                draw(r, 0, 4),
                bell);
        Optional<SleeveCut> sleeve = sleeveless ? Optional.empty() : Optional.of(sleeve(r, body));
        boolean seam = waist < 0.93 * chest && chance(r, 0.7);
        boolean wide = hem > 1.4 * chest;
        boolean buttons = chance(r, 0.18);
        FrontCut front = buttons
                ? new FrontCut(Closure.BUTTONS, chance(r, 0.6) ? 1 : 0.35, 6 + r.nextInt(4), 0, 0, Pockets.NONE, 0)
                : FrontCut.plain(0);
        SeamCut seams = new SeamCut(
                seam,
                wide && !buttons ? 6 + r.nextInt(8) : 0,
                chance(r, 0.2) ? draw(r, 2, 5) : 0,
                0,
                false,
                wide && chance(r, 0.25) ? 1 + r.nextInt(2) : 0,
                chance(r, 0.4));
        return new UpperShape(Category.DRESS, body, sleeve, neck, front, seams);
    }

    private static NeckCut neck(SplittableRandom r) {
        double k = r.nextDouble();
        if (k < 0.35) {
            return new NeckCut(Kind.ROUND, draw(r, 7.5, 11), draw(r, 7, 11), 2, Collar.NONE, 0);
        } else if (k < 0.6) {
            return new NeckCut(Kind.V, draw(r, 7.5, 10), draw(r, 12, 24), 2, Collar.NONE, 0);
        } else if (k < 0.85) {
            return new NeckCut(Kind.DEEP_ROUND, draw(r, 8, 12), draw(r, 11, 17), 3, Collar.NONE, 0);
        }
        return new NeckCut(Kind.ROUND, draw(r, 7.5, 9), draw(r, 5, 9), 1.5, Collar.SHIRT, draw(r, 5, 8));
    }

    private static SleeveCut sleeve(SplittableRandom r, BodyCut body) {
        double k = r.nextDouble();
        if (k < 0.55) {
            return UpperParts.shortSleeve(r, body);
        }
        return k < 0.85 ? UpperParts.longSleeve(r, 0) : UpperParts.bishop(r);
    }
}
