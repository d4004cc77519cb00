package org.ragdiff.data.procedural;

import static org.ragdiff.data.procedural.Ranges.chance;
import static org.ragdiff.data.procedural.Ranges.draw;

import java.util.SplittableRandom;

/** Ranges of patterns and weaves. Stateless. */
final class FabricCuts {
    private FabricCuts() {}

    static Fabric pattern(GarmentShape shape, int ground, SplittableRandom r) {
        double k = r.nextDouble();
        int other = Palette.against(ground, r);
        if (k < 0.32) {
            return stripes(ground, other, r);
        } else if (k < 0.5) {
            return plaid(ground, other, r);
        } else if (k < 0.6) {
            double period = draw(r, 1.8, 7);
            return Patterns.dots(ground, other, period, period * draw(r, 0.11, 0.22));
        } else if (k < 0.76) {
            int[] colours = {other, Palette.against(ground, r), Palette.near(ground, r), Palette.against(other, r)};
            int petals = chance(r, 0.7) ? 4 + r.nextInt(3) : chance(r, 0.5) ? 2 : 0;
            return Patterns.strewn(
                    ground, colours, draw(r, 3.5, 11), petals, draw(r, 0.3, 0.48), new ValueNoise(r.nextLong()));
        } else if (k < 0.84) {
            int[] colours = chance(r, 0.5)
                    ? new int[] {Palette.near(ground, r), Palette.scaled(ground, 0.5), Palette.against(ground, r)}
                    : new int[] {other};
            return Patterns.patches(ground, colours, draw(r, 2.2, 9), draw(r, 0.2, 0.5), new ValueNoise(r.nextLong()));
        } else if (k < 0.89) {
            double from = shape.length() * draw(r, 0.05, 0.5);
            return Patterns.ombre(ground, other, from, from + shape.length() * draw(r, 0.3, 0.6));
        } else if (k < 0.93) {
            int[] colours = {ground, other, Palette.garment(r), Palette.near(ground, r)};
            return Patterns.tieDye(
                    colours,
                    draw(r, -8, 8),
                    shape.length() * draw(r, 0.2, 0.7),
                    draw(r, 5, 13),
                    new ValueNoise(r.nextLong()));
        }
        double at = shape.length() * draw(r, 0.22, 0.6);
        return chance(r, 0.5)
                ? Patterns.blocks(new int[] {ground, other}, new double[] {at})
                : Patterns.blocks(
                        new int[] {ground, other, chance(r, 0.5) ? ground : Palette.against(other, r)},
                        new double[] {at, at + draw(r, 3, 16)});
    }

    private static Fabric stripes(int ground, int other, SplittableRandom r) {
        boolean down = chance(r, 0.25);
        boolean pinstripe = down && chance(r, 0.6);
        double period = pinstripe ? draw(r, 1.6, 4) : Math.exp(draw(r, Math.log(1.4), Math.log(14)));
        double share = pinstripe ? draw(r, 0.08, 0.2) : chance(r, 0.4) ? 0.5 : draw(r, 0.15, 0.6);
        Bands bands;
        if (!pinstripe && period > 5 && chance(r, 0.4)) {
            int third = Palette.garment(r);
            bands = new Bands(
                    new double[] {period * 0.35, period * share * 0.4, period * 0.25, period * share * 0.6},
                    new int[] {ground, other, ground, third});
        } else {
            bands = new Bands(new double[] {period * (1 - share), period * share}, new int[] {ground, other});
        }
        double angle = down ? Math.PI / 2 : chance(r, 0.06) ? Math.PI / 4 : 0;
        return Patterns.stripes(bands, angle);
    }

    private static Fabric plaid(int ground, int other, SplittableRandom r) {
        double period = draw(r, 1.6, 13);
        boolean gingham = period < 4.5;
        Bands bands = gingham
                ? new Bands(new double[] {period / 2, period / 2}, new int[] {ground, other})
                : new Bands(
                        new double[] {period * 0.4, period * 0.08, period * 0.12, period * 0.3, period * 0.1},
                        new int[] {ground, other, ground, Palette.near(ground, r), Palette.garment(r)});
        return Patterns.plaid(bands, bands, chance(r, 0.07) ? Math.PI / 4 : 0);
    }

    static Fabric weave(Fabric colours, boolean knitted, SplittableRandom r) {
        ValueNoise noise = new ValueNoise(r.nextLong());
        if (knitted) {
            double k = r.nextDouble();
            if (k < 0.3) {
                return Weaves.rib(Weaves.plain(colours, 0.05, noise), draw(r, 1.0, 2.6), draw(r, 0.06, 0.14));
            }
            return Weaves.knit(colours, draw(r, 0.9, 3.2), draw(r, 0.08, 0.2), k < 0.55 ? draw(r, 0.5, 1.2) : 0, noise);
        }
        double k = r.nextDouble();
        if (k < 0.24) {
            return Weaves.heather(colours, draw(r, 0.04, 0.13), noise);
        }
        return Weaves.plain(colours, draw(r, 0.015, 0.05), noise);
    }
}
