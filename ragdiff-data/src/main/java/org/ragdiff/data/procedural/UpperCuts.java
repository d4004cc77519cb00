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

/** Ranges of the cuts of shirts and tops. Stateless. */
final class UpperCuts {
    private UpperCuts() {}

    static UpperShape tShirt(SplittableRandom r) {
        double length = chance(r, 0.15) ? draw(r, 40, 53) : draw(r, 56, 80);
        BodyCut body = UpperParts.body(r, length, draw(r, 0.86, 1.02));
        NeckCut neck = UpperParts.jerseyNeck(r, body);
        SleeveCut sleeve = UpperParts.shortSleeve(r, body);
        boolean henley = chance(r, 0.07) && neck.kind() != Kind.V;
        FrontCut front = henley
                ? new FrontCut(Closure.BUTTONS, draw(r, 0.14, 0.24), 2 + r.nextInt(2), 0, 0, Pockets.NONE, 0)
                : new FrontCut(Closure.NONE, 0, 0, 0, 0, chance(r, 0.1) ? Pockets.CHEST : Pockets.NONE, 0);
        return new UpperShape(Category.T_SHIRT, body, Optional.of(sleeve), neck, front, SeamCut.plain(chance(r, 0.6)));
    }

    static UpperShape longSleeve(SplittableRandom r) {
        double length = chance(r, 0.15) ? draw(r, 42, 53) : draw(r, 56, 78);
        BodyCut body = UpperParts.body(r, length, draw(r, 0.86, 1.04));
        boolean knitted = chance(r, 0.5);
        double band = knitted ? draw(r, 3, 7) : 0;
        NeckCut neck = chance(r, 0.14)
                ? new NeckCut(Kind.ROUND, draw(r, 7, 8.5), draw(r, 4, 6), 1.5, Collar.STAND, draw(r, 2.5, 8))
                : UpperParts.jerseyNeck(r, body);
        FrontCut front = neck.collar() == Collar.STAND && chance(r, 0.5)
                ? new FrontCut(Closure.ZIP, draw(r, 0.2, 0.35), 0, 0, 0, Pockets.NONE, band)
                : FrontCut.plain(band);
        return new UpperShape(
                Category.LONG_SLEEVE,
                body,
                Optional.of(UpperParts.longSleeve(r, band)),
                neck,
                front,
                SeamCut.plain(chance(r, 0.5)));
    }

    static UpperShape polo(SplittableRandom r) {
        BodyCut body = UpperParts.body(r, draw(r, 56, 80), draw(r, 0.88, 1.0));
        NeckCut neck = new NeckCut(
                chance(r, 0.6) ? Kind.V : Kind.ROUND,
                draw(r, 7, 8.8),
                draw(r, 5.5, 12),
                1.5,
                Collar.SHIRT,
                draw(r, 5, 7.5));
        boolean cuffs = chance(r, 0.5);
        SleeveCut sleeve = chance(r, 0.12) ? UpperParts.longSleeve(r, 4) : UpperParts.shortSleeve(r, body);
        sleeve = cuffs && sleeve.band() == 0
                ? new SleeveCut(
                        sleeve.length(),
                        sleeve.angle(),
                        sleeve.cuff(),
                        sleeve.skew(),
                        0,
                        false,
                        Math.min(2.6, 0.2 * sleeve.length()))
                : sleeve;
        FrontCut front = new FrontCut(
                Closure.BUTTONS,
                draw(r, 0.14, 0.26),
                2 + r.nextInt(2),
                0,
                0,
                chance(r, 0.12) ? Pockets.CHEST : Pockets.NONE,
                0);
        return new UpperShape(Category.POLO, body, Optional.of(sleeve), neck, front, SeamCut.plain(chance(r, 0.7)));
    }

    static UpperShape shirt(SplittableRandom r) {
        BodyCut base = UpperParts.body(r, draw(r, 58, 84), draw(r, 0.86, 1.0));
        boolean tail = chance(r, 0.65);
        BodyCut body = new BodyCut(
                base.shoulder(),
                base.chest(),
                base.waist(),
                base.hem(),
                base.length(),
                base.drop(),
                base.armhole(),
                base.waistAt(),
                tail ? HemKind.SHIRT_TAIL : HemKind.STRAIGHT,
                tail ? draw(r, 4, 10) : draw(r, 0, 1),
                0);
        boolean stand = chance(r, 0.12);
        NeckCut neck = stand
                ? new NeckCut(Kind.ROUND, draw(r, 7, 8.5), draw(r, 4.5, 6.5), 1.5, Collar.STAND, draw(r, 2, 3.5))
                : new NeckCut(
                        chance(r, 0.3) ? Kind.V : Kind.ROUND,
                        draw(r, 7, 8.5),
                        draw(r, 4.5, 9),
                        1.5,
                        Collar.SHIRT,
                        draw(r, 5.5, 9));
        SleeveCut sleeve = chance(r, 0.3)
                ? UpperParts.shortSleeve(r, body)
                : chance(r, 0.1) ? UpperParts.bishop(r) : UpperParts.longSleeve(r, draw(r, 5, 7));
        double k = r.nextDouble();
        FrontCut front = new FrontCut(
                Closure.BUTTONS,
                chance(r, 0.12) ? draw(r, 0.3, 0.5) : 1,
                6 + r.nextInt(3),
                0,
                0,
                k < 0.35 ? Pockets.CHEST : k < 0.5 ? Pockets.TWO_CHEST : Pockets.NONE,
                0);
        return new UpperShape(
                Category.SHIRT,
                body,
                Optional.of(sleeve),
                neck,
                front,
                new SeamCut(false, 0, 0, 0, chance(r, 0.6), 0, chance(r, 0.7)));
    }

    static UpperShape tankTop(SplittableRandom r) {
        double width = draw(r, 6.5, 10);
        double strap = draw(r, 3, 7.5);
        double chest = draw(r, 21, 29);
        double length = chance(r, 0.25) ? draw(r, 38, 53) : draw(r, 55, 76);
        double waist = chest * draw(r, 0.86, 1.0);
        double hem = chance(r, 0.15) ? chest * draw(r, 1.2, 1.45) : chest * draw(r, 0.94, 1.1);
        if (hem > 1.15 * chest) {
            waist = chest * 1.02;
        }
        double armhole = draw(r, 21, 27);
        BodyCut body = new BodyCut(
                width + strap,
                chest,
                waist,
                hem,
                length,
                draw(r, 1, 3),
                armhole,
                UpperParts.waistAt(length, armhole + 1),
                HemKind.STRAIGHT,
                draw(r, 0, 1.5),
                0);
        Kind kind = chance(r, 0.2) ? Kind.V : Kind.DEEP_ROUND;
        NeckCut neck = new NeckCut(
                kind,
                width,
                draw(r, 10, 19),
                draw(r, 4, 9),
                chance(r, 0.5) ? Collar.RIB : Collar.NONE,
                draw(r, 0.8, 1.6));
        return new UpperShape(
                Category.TOP, body, Optional.empty(), neck, FrontCut.plain(0), SeamCut.plain(chance(r, 0.4)));
    }

    static UpperShape camisole(SplittableRandom r) {
        double strap = draw(r, 0.8, 2.2);
        double width = draw(r, 7.5, 11);
        double depth = draw(r, 13, 19);
        double chest = draw(r, 20, 27);
        double length = chance(r, 0.3) ? draw(r, 38, 53) : draw(r, 54, 72);
        double hem = chance(r, 0.45) ? chest * draw(r, 1.2, 1.5) : chest * draw(r, 0.95, 1.12);
        double waist = chest * (hem > 1.15 * chest ? 1.02 : draw(r, 0.9, 1.02));
        double armhole = draw(r, depth + 3, 25);
        BodyCut body = new BodyCut(
                width + strap,
                chest,
                waist,
                hem,
                length,
                depth - 3,
                armhole,
                UpperParts.waistAt(length, armhole + 2),
                HemKind.STRAIGHT,
                draw(r, 0, 2),
                0.3);
        NeckCut neck = new NeckCut(Kind.STRAPS, width, depth, 0, Collar.NONE, strap);
        FrontCut front = chance(r, 0.2)
                ? new FrontCut(Closure.BUTTONS, chance(r, 0.5) ? 1 : 0.4, 5, 0, 0, Pockets.NONE, 0)
                : FrontCut.plain(0);
        return new UpperShape(Category.TOP, body, Optional.empty(), neck, front, SeamCut.plain(false));
    }

    static UpperShape hoodie(SplittableRandom r) {
        BodyCut body = UpperParts.body(r, draw(r, 50, 74), draw(r, 0.9, 1.0));
        double band = draw(r, 4, 7);
        boolean zip = chance(r, 0.45);
        NeckCut neck = new NeckCut(Kind.ROUND, draw(r, 8, 10), draw(r, 7, 11), 2, Collar.HOOD, draw(r, 16, 33));
        FrontCut front = new FrontCut(
                zip ? Closure.ZIP : Closure.NONE,
                zip ? 1 : 0,
                0,
                0,
                0,
                zip
                        ? (chance(r, 0.7) ? Pockets.WELT : Pockets.KANGAROO)
                        : chance(r, 0.85) ? Pockets.KANGAROO : Pockets.NONE,
                band);
        SleeveCut s = UpperParts.longSleeve(r, band);
        SleeveCut sleeve = chance(r, 0.1) ? UpperParts.shortSleeve(r, body) : s;
        return new UpperShape(Category.HOODIE, body, Optional.of(sleeve), neck, front, SeamCut.plain(false));
    }

    static UpperShape body(SplittableRandom r) {
        BodyCut base = UpperParts.body(r, draw(r, 58, 70), draw(r, 0.9, 1.02));
        double length = base.length();
        BodyCut body = new BodyCut(
                base.shoulder(),
                base.chest(),
                base.waist(),
                base.chest() * draw(r, 0.88, 1.0),
                length,
                base.drop(),
                base.armhole(),
                UpperParts.waistAt(length, base.armhole() + 2),
                HemKind.BODY,
                draw(r, 11, 18),
                0);
        NeckCut neck = UpperParts.jerseyNeck(r, body);
        double k = r.nextDouble();
        Optional<SleeveCut> sleeve = k < 0.5
                ? Optional.of(UpperParts.shortSleeve(r, body))
                : k < 0.85 ? Optional.of(UpperParts.longSleeve(r, 3)) : Optional.empty();
        return new UpperShape(Category.BODY, body, sleeve, neck, FrontCut.plain(0), SeamCut.plain(chance(r, 0.5)));
    }
}
