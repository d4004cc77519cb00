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

/** Ranges of the cuts of upper garments. Stateless. */
final class UpperCuts {
    private UpperCuts() {}

    static UpperShape tShirt(SplittableRandom r) {
        double length = chance(r, 0.15) ? draw(r, 40, 53) : draw(r, 56, 80);
        BodyCut body = body(r, length, draw(r, 0.86, 1.02));
        NeckCut neck = jerseyNeck(r, body);
        SleeveCut sleeve = shortSleeve(r, body);
        boolean henley = chance(r, 0.07) && neck.kind() != Kind.V;
        FrontCut front = henley
                ? new FrontCut(Closure.BUTTONS, draw(r, 0.14, 0.24), 2 + r.nextInt(2), 0, 0, Pockets.NONE, 0)
                : new FrontCut(Closure.NONE, 0, 0, 0, 0, chance(r, 0.1) ? Pockets.CHEST : Pockets.NONE, 0);
        return new UpperShape(Category.T_SHIRT, body, Optional.of(sleeve), neck, front, SeamCut.plain(chance(r, 0.6)));
    }

    static UpperShape longSleeve(SplittableRandom r) {
        double length = chance(r, 0.15) ? draw(r, 42, 53) : draw(r, 56, 78);
        BodyCut body = body(r, length, draw(r, 0.86, 1.04));
        boolean knitted = chance(r, 0.5);
        double band = knitted ? draw(r, 3, 7) : 0;
        NeckCut neck = chance(r, 0.14)
                ? new NeckCut(Kind.ROUND, draw(r, 7, 8.5), draw(r, 4, 6), 1.5, Collar.STAND, draw(r, 2.5, 8))
                : jerseyNeck(r, body);
        FrontCut front = neck.collar() == Collar.STAND && chance(r, 0.5)
                ? new FrontCut(Closure.ZIP, draw(r, 0.2, 0.35), 0, 0, 0, Pockets.NONE, band)
                : FrontCut.plain(band);
        return new UpperShape(
                Category.LONG_SLEEVE,
                body,
                Optional.of(longSleeve(r, band)),
                neck,
                front,
                SeamCut.plain(chance(r, 0.5)));
    }

    static UpperShape polo(SplittableRandom r) {
        BodyCut body = body(r, draw(r, 56, 80), draw(r, 0.88, 1.0));
        NeckCut neck = new NeckCut(
                chance(r, 0.6) ? Kind.V : Kind.ROUND,
                draw(r, 7, 8.8),
                draw(r, 5.5, 12),
                1.5,
                Collar.SHIRT,
                draw(r, 5, 7.5));
        boolean cuffs = chance(r, 0.5);
        SleeveCut sleeve = chance(r, 0.12) ? longSleeve(r, 4) : shortSleeve(r, body);
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
        BodyCut base = body(r, draw(r, 58, 84), draw(r, 0.86, 1.0));
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
        SleeveCut sleeve =
                chance(r, 0.3) ? shortSleeve(r, body) : chance(r, 0.1) ? bishop(r) : longSleeve(r, draw(r, 5, 7));
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
                waistAt(length, armhole + 1),
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
                waistAt(length, armhole + 2),
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
        BodyCut body = body(r, draw(r, 50, 74), draw(r, 0.9, 1.0));
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
        SleeveCut s = longSleeve(r, band);
        SleeveCut sleeve = chance(r, 0.1) ? shortSleeve(r, body) : s;
        return new UpperShape(Category.HOODIE, body, Optional.of(sleeve), neck, front, SeamCut.plain(false));
    }

    static UpperShape cardigan(SplittableRandom r) {
        BodyCut body = body(r, draw(r, 52, 100), draw(r, 0.88, 1.05));
        double band = chance(r, 0.6) ? draw(r, 3, 6) : 0;
        boolean open = chance(r, 0.45);
        boolean v = chance(r, 0.75);
        NeckCut neck = new NeckCut(
                v ? Kind.V : Kind.ROUND,
                draw(r, 7.5, 9.5),
                v ? draw(r, 16, 32) : draw(r, 6, 10),
                2,
                Collar.RIB,
                draw(r, 1.5, 3));
        FrontCut front = open
                ? new FrontCut(
                        Closure.OPEN,
                        1,
                        0,
                        draw(r, 0.5, 4),
                        draw(r, 0.5, 8),
                        chance(r, 0.4) ? Pockets.PATCH : Pockets.NONE,
                        band)
                : new FrontCut(
                        Closure.BUTTONS,
                        1,
                        5 + r.nextInt(4),
                        0,
                        0,
                        chance(r, 0.4) ? Pockets.PATCH : Pockets.NONE,
                        band);
        return new UpperShape(
                Category.OUTWEAR,
                body,
                Optional.of(longSleeve(r, Math.max(band, 3))),
                neck,
                front,
                SeamCut.plain(chance(r, 0.4)));
    }

    static UpperShape jacket(SplittableRandom r) {
        BodyCut body = body(r, draw(r, 50, 74), draw(r, 0.92, 1.0));
        boolean hood = chance(r, 0.35);
        boolean buttoned = chance(r, 0.25);
        double band = chance(r, 0.5) ? draw(r, 4, 6) : 0;
        NeckCut neck = hood
                ? new NeckCut(Kind.ROUND, draw(r, 8, 9.5), draw(r, 6, 9), 2, Collar.HOOD, draw(r, 18, 32))
                : buttoned
                        ? new NeckCut(Kind.ROUND, draw(r, 7.5, 9), draw(r, 5, 9), 2, Collar.SHIRT, draw(r, 6, 9))
                        : new NeckCut(Kind.ROUND, draw(r, 7.5, 9), draw(r, 4, 7), 2, Collar.STAND, draw(r, 3.5, 7.5));
        FrontCut front = new FrontCut(
                buttoned ? Closure.BUTTONS : Closure.ZIP,
                1,
                buttoned ? 6 : 0,
                0,
                0,
                buttoned ? Pockets.TWO_CHEST : chance(r, 0.8) ? Pockets.WELT : Pockets.NONE,
                band);
        double quilting = !buttoned && chance(r, 0.4) ? draw(r, 5, 10) : 0;
        return new UpperShape(
                Category.OUTWEAR,
                body,
                Optional.of(longSleeve(r, band)),
                neck,
                front,
                new SeamCut(false, 0, 0, quilting, buttoned, 0, false));
    }

    static UpperShape coat(SplittableRandom r) {
        double length = draw(r, 80, 122);
        BodyCut base = body(r, length, draw(r, 0.84, 1.0));
        double hem = base.chest() * draw(r, 1.02, 1.4);
        BodyCut body = new BodyCut(
                base.shoulder(),
                base.chest(),
                base.waist(),
                hem,
                length,
                base.drop(),
                base.armhole(),
                waistAt(length, 40),
                HemKind.STRAIGHT,
                draw(r, 0, 1.5),
                0);
        double k = r.nextDouble();
        boolean lapel = k < 0.55;
        boolean hood = k > 0.8;
        NeckCut neck = lapel
                ? new NeckCut(Kind.V, draw(r, 8, 9.5), draw(r, 22, 36), 1.5, Collar.LAPEL, draw(r, 6, 10))
                : hood
                        ? new NeckCut(Kind.ROUND, draw(r, 8, 9.5), draw(r, 6, 9), 2, Collar.HOOD, draw(r, 20, 32))
                        : new NeckCut(Kind.ROUND, draw(r, 8, 9.5), draw(r, 5, 8), 2, Collar.SHIRT, draw(r, 7, 10));
        boolean zip = hood && chance(r, 0.6);
        FrontCut front = new FrontCut(
                zip ? Closure.ZIP : Closure.BUTTONS,
                1,
                zip ? 0 : 4 + r.nextInt(3),
                0,
                0,
                chance(r, 0.5) ? Pockets.FLAP : Pockets.WELT,
                0);
        return new UpperShape(
                Category.OUTWEAR,
                body,
                Optional.of(longSleeve(r, chance(r, 0.3) ? 6 : 0)),
                neck,
                front,
                new SeamCut(false, 0, chance(r, 0.35) ? draw(r, 3, 5) : 0, 0, false, 0, chance(r, 0.4)));
    }

    static UpperShape vest(SplittableRandom r) {
        double shoulder = draw(r, 17, 21);
        double chest = draw(r, 24, 30);
        double length = draw(r, 50, 72);
        BodyCut body = new BodyCut(
                shoulder,
                chest,
                chest * draw(r, 0.92, 1),
                chest * draw(r, 0.94, 1.04),
                length,
                draw(r, 3, 5),
                draw(r, 22, 26),
                waistAt(length, 27),
                HemKind.STRAIGHT,
                draw(r, 0, 1.5),
                0);
        boolean hood = chance(r, 0.25);
        NeckCut neck = hood
                ? new NeckCut(Kind.ROUND, draw(r, 8, 9.5), draw(r, 6, 8), 2, Collar.HOOD, draw(r, 18, 28))
                : chance(r, 0.3)
                        ? new NeckCut(Kind.V, draw(r, 7.5, 9), draw(r, 18, 30), 2, Collar.NONE, 0)
                        : new NeckCut(Kind.ROUND, draw(r, 7.5, 9), draw(r, 4, 7), 2, Collar.STAND, draw(r, 4, 7.5));
        boolean waistcoat = neck.kind() == Kind.V;
        return new UpperShape(
                Category.OUTWEAR,
                body,
                Optional.empty(),
                neck,
                new FrontCut(waistcoat ? Closure.BUTTONS : Closure.ZIP, 1, waistcoat ? 5 : 0, 0, 0, Pockets.WELT, 0),
                new SeamCut(false, 0, 0, waistcoat ? 0 : draw(r, 5, 11), false, 0, chance(r, 0.4)));
    }

    static UpperShape blazer(SplittableRandom r) {
        double length = draw(r, 58, 80);
        BodyCut base = body(r, length, draw(r, 0.82, 0.94));
        double hem = base.chest() * draw(r, 0.96, 1.1);
        BodyCut body = new BodyCut(
                base.shoulder(),
                base.chest(),
                base.waist(),
                hem,
                length,
                draw(r, 3, 5),
                base.armhole(),
                waistAt(length, 38),
                HemKind.STRAIGHT,
                0,
                0);
        NeckCut neck = new NeckCut(Kind.V, draw(r, 7.5, 9), draw(r, 28, 42), 1.5, Collar.LAPEL, draw(r, 5, 9));
        boolean open = chance(r, 0.25);
        FrontCut front = new FrontCut(
                open ? Closure.OPEN : Closure.BUTTONS,
                open ? 1 : draw(r, 0.2, 0.4),
                open ? 0 : 1 + r.nextInt(3),
                open ? draw(r, 1, 4) : 0,
                open ? draw(r, 5, 11) : draw(r, 2, 8),
                chance(r, 0.75) ? Pockets.FLAP : Pockets.WELT,
                0);
        return new UpperShape(
                Category.BLAZER, body, Optional.of(longSleeve(r, 0)), neck, front, SeamCut.plain(chance(r, 0.5)));
    }

    static UpperShape body(SplittableRandom r) {
        BodyCut base = body(r, draw(r, 58, 70), draw(r, 0.9, 1.02));
        double length = base.length();
        BodyCut body = new BodyCut(
                base.shoulder(),
                base.chest(),
                base.waist(),
                base.chest() * draw(r, 0.88, 1.0),
                length,
                base.drop(),
                base.armhole(),
                waistAt(length, base.armhole() + 2),
                HemKind.BODY,
                draw(r, 11, 18),
                0);
        NeckCut neck = jerseyNeck(r, body);
        double k = r.nextDouble();
        Optional<SleeveCut> sleeve = k < 0.5
                ? Optional.of(shortSleeve(r, body))
                : k < 0.85 ? Optional.of(longSleeve(r, 3)) : Optional.empty();
        return new UpperShape(Category.BODY, body, sleeve, neck, FrontCut.plain(0), SeamCut.plain(chance(r, 0.5)));
    }

    /** A body of the usual sizes, from narrow to boxy. */
    static BodyCut body(SplittableRandom r, double length, double waistRatio) {
        double shoulder = draw(r, 18.5, 24.5);
        double chest = Math.max(21, shoulder * draw(r, 1.04, 1.38));
        double waist = chest * waistRatio;
        double hem = chest * draw(r, 0.92, 1.06);
        if (length > 80) {
            hem = chest * draw(r, 0.98, 1.12);
        }
        double armhole = draw(r, 19, 26);
        return new BodyCut(
                shoulder,
                chest,
                waist,
                hem,
                length,
                draw(r, 2.5, 6),
                armhole,
                waistAt(length, armhole + 2),
                HemKind.STRAIGHT,
                draw(r, 0, 1.6),
                0);
    }

    /** Of a garment of some length, not above {@code least}. */
    static double waistAt(double length, double least) {
        return Math.min(length, Math.max(least, Math.min(43, 0.62 * length)));
    }

    static NeckCut jerseyNeck(SplittableRandom r, BodyCut body) {
        double k = r.nextDouble();
        double width = draw(r, 7, 9.6);
        Collar collar = chance(r, 0.75) ? Collar.RIB : Collar.NONE;
        double size = draw(r, 1.2, 2.6);
        if (k < 0.58) {
            return new NeckCut(Kind.ROUND, width, draw(r, 7, 10.5), 1.5, collar, size);
        } else if (k < 0.76) {
            return new NeckCut(Kind.V, width, draw(r, 11, 19), 1.5, collar, size);
        } else if (k < 0.92) {
            return new NeckCut(Kind.DEEP_ROUND, draw(r, 8.5, 12.5), draw(r, 11, 16), 2.5, collar, size);
        }
        return new NeckCut(
                Kind.ROUND, draw(r, 11, Math.min(15, body.shoulder() - 3)), draw(r, 5, 7), 2, Collar.NONE, 0);
    }

    static SleeveCut shortSleeve(SplittableRandom r, BodyCut body) {
        double length = chance(r, 0.2) ? draw(r, 5, 12) : draw(r, 14, 27.5);
        double angle = length < 12 ? draw(r, 8, 35) : draw(r, 22, 46);
        double depth = body.armhole() - body.drop();
        double cuff = Math.min(24, depth * draw(r, 0.78, 1.02));
        boolean raglan = chance(r, 0.12);
        double puff = chance(r, 0.1) ? draw(r, 1, 3) : 0;
        return new SleeveCut(
                length, angle, cuff, draw(r, -5, 5), puff, raglan, chance(r, 0.12) ? Math.min(2.5, 0.2 * length) : 0);
    }

    static SleeveCut longSleeve(SplittableRandom r, double band) {
        double length = chance(r, 0.16) ? draw(r, 36, 48) : draw(r, 54, 66);
        double k = r.nextDouble();
        double angle = k < 0.18 ? draw(r, 28, 56) : k < 0.6 ? draw(r, 60, 76) : draw(r, 76, 86);
        return new SleeveCut(
                length,
                angle,
                band > 0 ? draw(r, 9, 13) : draw(r, 10, 15.5),
                draw(r, -7, 7),
                0,
                chance(r, 0.14),
                Math.min(band, 0.3 * length));
    }

    /** Wide at the cuff or gathered into one. */
    static SleeveCut bishop(SplittableRandom r) {
        boolean gathered = chance(r, 0.6);
        return new SleeveCut(
                draw(r, 50, 60),
                draw(r, 55, 72),
                gathered ? draw(r, 9, 11) : draw(r, 16, 24),
                draw(r, -5, 5),
                gathered ? draw(r, 1.5, 4) : 0,
                false,
                gathered ? 3 : 0);
    }
}
