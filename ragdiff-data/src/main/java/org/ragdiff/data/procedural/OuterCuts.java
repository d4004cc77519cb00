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

/** Ranges of the cuts of cardigans, jackets, coats and blazers. Stateless. */
final class OuterCuts {
    private OuterCuts() {}

    static UpperShape cardigan(SplittableRandom r) {
        BodyCut body = UpperParts.body(r, draw(r, 52, 100), draw(r, 0.88, 1.05));
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
                Optional.of(UpperParts.longSleeve(r, Math.max(band, 3))),
                neck,
                front,
                SeamCut.plain(chance(r, 0.4)));
    }

    static UpperShape jacket(SplittableRandom r) {
        BodyCut body = UpperParts.body(r, draw(r, 50, 74), draw(r, 0.92, 1.0));
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
                Optional.of(UpperParts.longSleeve(r, band)),
                neck,
                front,
                new SeamCut(false, 0, 0, quilting, buttoned, 0, false));
    }

    static UpperShape coat(SplittableRandom r) {
        double length = draw(r, 80, 122);
        BodyCut base = UpperParts.body(r, length, draw(r, 0.84, 1.0));
        double hem = base.chest() * draw(r, 1.02, 1.4);
        BodyCut body = new BodyCut(
                base.shoulder(),
                base.chest(),
                base.waist(),
                hem,
                length,
                base.drop(),
                base.armhole(),
                UpperParts.waistAt(length, 40),
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
                Optional.of(UpperParts.longSleeve(r, chance(r, 0.3) ? 6 : 0)),
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
                UpperParts.waistAt(length, 27),
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

    /** T-shaped: wide rectangular sleeves, a straight open body; nothing that the mix has. */
    static UpperShape kimono(SplittableRandom r) {
        double length = draw(r, 80, 140);
        double shoulder = draw(r, 26, 33);
        double chest = shoulder + draw(r, 0, 5);
        double armhole = draw(r, 22, 32);
        BodyCut body = new BodyCut(
                shoulder,
                chest,
                chest * draw(r, 0.96, 1.02),
                chest * draw(r, 0.96, 1.1),
                length,
                draw(r, 0, 1.5),
                armhole,
                UpperParts.waistAt(length, armhole + 4),
                HemKind.STRAIGHT,
                0,
                0);
        SleeveCut sleeve = new SleeveCut(draw(r, 26, 42), draw(r, 0, 6), draw(r, 24, 40), draw(r, -4, 4), 0, false, 0);
        NeckCut neck = new NeckCut(Kind.V, draw(r, 7.5, 10), draw(r, 30, 50), 1.5, Collar.NONE, 0);
        FrontCut front = new FrontCut(Closure.OPEN, 1, 0, draw(r, 0.5, 4), draw(r, 0.5, 8), Pockets.NONE, 0);
        return new UpperShape(Category.UNKNOWN, body, Optional.of(sleeve), neck, front, SeamCut.plain(false));
    }

    static UpperShape blazer(SplittableRandom r) {
        double length = draw(r, 58, 80);
        BodyCut base = UpperParts.body(r, length, draw(r, 0.82, 0.94));
        double hem = base.chest() * draw(r, 0.96, 1.1);
        BodyCut body = new BodyCut(
                base.shoulder(),
                base.chest(),
                base.waist(),
                hem,
                length,
                draw(r, 3, 5),
                base.armhole(),
                UpperParts.waistAt(length, 38),
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
                Category.BLAZER,
                body,
                Optional.of(UpperParts.longSleeve(r, 0)),
                neck,
                front,
                SeamCut.plain(chance(r, 0.5)));
    }
}
