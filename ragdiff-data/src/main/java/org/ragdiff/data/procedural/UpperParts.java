package org.ragdiff.data.procedural;

import static org.ragdiff.data.procedural.Ranges.chance;
import static org.ragdiff.data.procedural.Ranges.draw;

import java.util.SplittableRandom;
import org.ragdiff.data.procedural.BodyCut.HemKind;
import org.ragdiff.data.procedural.NeckCut.Collar;
import org.ragdiff.data.procedural.NeckCut.Kind;

/** Ranges of bodies, necklines and sleeves that several garments share. Stateless. */
final class UpperParts {
    private UpperParts() {}

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
