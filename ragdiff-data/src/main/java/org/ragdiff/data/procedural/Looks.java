package org.ragdiff.data.procedural;

import static org.ragdiff.data.procedural.Ranges.chance;
import static org.ragdiff.data.procedural.Ranges.draw;

import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes.Category;

/** Draws fabrics that suit a cut. Stateless. */
final class Looks {
    private Looks() {}

    static Look sample(GarmentShape shape, SplittableRandom r) {
        boolean denim = denim(shape, r);
        int ground = denim ? Palette.denim(r) : Palette.garment(r);
        boolean patterned = !denim && chance(r, patternShare(shape));
        Fabric colours = patterned ? FabricCuts.pattern(shape, ground, r) : Fabric.solid(ground);
        boolean knitted = knitted(shape, r);
        Fabric main = denim
                ? Weaves.denim(colours, draw(r, 0, 0.8), new ValueNoise(r.nextLong()))
                : FabricCuts.weave(colours, knitted, r);
        boolean contrast = chance(r, 0.16);
        int trimRgb = contrast ? Palette.against(ground, r) : chance(r, 0.3) ? Palette.near(ground, r) : ground;
        boolean ribbed = ribbed(shape);
        Fabric trim = ribbed
                ? Weaves.rib(Fabric.solid(trimRgb), draw(r, 0.9, 1.4), 0.06)
                : contrast ? Weaves.plain(Fabric.solid(trimRgb), 0.03, new ValueNoise(r.nextLong())) : main;
        Fabric sleeve = main;
        if (chance(r, 0.09) && shape instanceof UpperShape u && !denim) {
            int rgb = contrast ? trimRgb : Palette.against(ground, r);
            sleeve = Weaves.plain(Fabric.solid(rgb), 0.03, new ValueNoise(r.nextLong()));
        }
        boolean lined = shape instanceof UpperShape u
                && (u.category() == Category.OUTWEAR
                        || u.category() == Category.BLAZER
                        || u.category() == Category.HOODIE);
        int liningRgb = lined && chance(r, 0.5) ? Palette.against(ground, r) : ground;
        Fabric lining = Weaves.plain(Fabric.solid(liningRgb), 0.02, new ValueNoise(r.nextLong()));
        int button = chance(r, 0.4)
                ? 0xe6e1d6
                : chance(r, 0.5) ? 0x2a2624 : Palette.scaled(ground, Palette.luminance(ground) > 110 ? 0.6 : 1.8);
        int metal =
                denim ? 0xc08a4a : chance(r, 0.4) ? 0xb4b4b8 : chance(r, 0.5) ? 0x2b2b2e : Palette.scaled(trimRgb, 0.7);
        boolean sport = shape instanceof PantsShape p && p.style() == PantsShape.Style.SPORT
                || shape instanceof UpperShape u && !denim && u.neck().collar() != NeckCut.Collar.LAPEL;
        int tracks = sport && contrast && chance(r, 0.4) ? 1 + r.nextInt(3) : 0;
        List<Mark> print = chance(r, printShare(shape, patterned)) ? Prints.sample(shape, ground, r) : List.of();
        return new Look(main, sleeve, trim, lining, trimRgb, button, metal, tracks, print);
    }

    private static boolean denim(GarmentShape shape, SplittableRandom r) {
        if (shape instanceof PantsShape p) {
            return p.style() == PantsShape.Style.JEANS && chance(r, 0.8);
        }
        if (shape instanceof SkirtShape s) {
            return s.waves() == 0 && s.pleats() == 0 && chance(r, 0.35);
        }
        return shape instanceof UpperShape u && u.front().pockets() == FrontCut.Pockets.TWO_CHEST && chance(r, 0.5);
    }

    private static double patternShare(GarmentShape shape) {
        if (shape instanceof PantsShape p) {
            return p.style() == PantsShape.Style.PLAIN ? 0.4 : 0.12;
        }
        if (shape instanceof UpperShape u) {
            return switch (u.category()) {
                case DRESS -> 0.55;
                case SHIRT -> 0.55;
                case OUTWEAR, BLAZER -> 0.15;
                case HOODIE -> 0.12;
                default -> 0.36;
            };
        }
        return 0.4;
    }

    private static boolean knitted(GarmentShape shape, SplittableRandom r) {
        if (shape instanceof UpperShape u) {
            boolean warm = u.category() == Category.LONG_SLEEVE
                    || u.category() == Category.OUTWEAR && u.neck().collar() == NeckCut.Collar.RIB;
            return warm && u.front().hemBand() > 0 && chance(r, 0.6);
        }
        return false;
    }

    private static boolean ribbed(GarmentShape shape) {
        if (shape instanceof UpperShape u) {
            return u.category() != Category.SHIRT
                    && u.category() != Category.BLAZER
                    && u.neck().collar() != NeckCut.Collar.LAPEL
                    && (u.front().hemBand() > 0
                            || u.category() == Category.POLO
                            || u.sleeve().map(s -> s.band() > 0).orElse(false));
        }
        return shape instanceof PantsShape p && p.style() == PantsShape.Style.SPORT;
    }

    private static double printShare(GarmentShape shape, boolean patterned) {
        if (shape instanceof UpperShape u && !u.opensFully() && !u.front().split()) {
            return switch (u.category()) {
                case T_SHIRT -> patterned ? 0.15 : 0.62;
                case HOODIE, LONG_SLEEVE, BODY -> patterned ? 0.08 : 0.4;
                case TOP -> patterned ? 0.05 : 0.3;
                case POLO -> 0.3;
                case DRESS -> patterned ? 0 : 0.08;
                default -> 0;
            };
        }
        return 0;
    }
}
