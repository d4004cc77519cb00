package org.ragdiff.data.procedural;

import java.util.SplittableRandom;
import java.util.function.Function;
import org.ragdiff.core.GarmentAttributes.Category;

/**
 * The kinds of garments that are made, with the weight of each in the mix: about the mix of second-hand
 * shops, with more of the rare ones.
 */
public enum ProceduralCategory {
    T_SHIRT(Category.T_SHIRT, 17, UpperCuts::tShirt),
    LONG_SLEEVE(Category.LONG_SLEEVE, 12, UpperCuts::longSleeve),
    POLO(Category.POLO, 5, UpperCuts::polo),
    SHIRT(Category.SHIRT, 9, UpperCuts::shirt),
    TANK_TOP(Category.TOP, 6, UpperCuts::tankTop),
    CAMISOLE(Category.TOP, 4, UpperCuts::camisole),
    HOODIE(Category.HOODIE, 6, UpperCuts::hoodie),
    CARDIGAN(Category.OUTWEAR, 3, OuterCuts::cardigan),
    JACKET(Category.OUTWEAR, 4, OuterCuts::jacket),
    COAT(Category.OUTWEAR, 3, OuterCuts::coat),
    VEST(Category.OUTWEAR, 2, OuterCuts::vest),
    BLAZER(Category.BLAZER, 5, OuterCuts::blazer),
    DRESS(Category.DRESS, 10, DressCuts::dress),
    BODY(Category.BODY, 2, UpperCuts::body),
    SKIRT(Category.SKIRT, 7, LowerCuts::skirt),
    TROUSERS(Category.PANTS, 13, LowerCuts::trousers),
    SHORTS(Category.SHORTS, 7, LowerCuts::shorts),
    /** No part of the mix, and of no category that there is a name for: what training never saw. */
    KIMONO(Category.UNKNOWN, 0, OuterCuts::kimono);

    private final Category attribute;
    private final int weight;
    private final Function<SplittableRandom, GarmentShape> cut;

    ProceduralCategory(Category attribute, int weight, Function<SplittableRandom, GarmentShape> cut) {
        this.attribute = attribute;
        this.weight = weight;
        this.cut = cut;
    }

    /** What garments of this kind are called. */
    public Category attribute() {
        return attribute;
    }

    /** Share of this kind in the mix. */
    public double share() {
        return (double) weight / total();
    }

    static ProceduralCategory sample(SplittableRandom random) {
        int k = random.nextInt(total());
        for (ProceduralCategory c : values()) {
            k -= c.weight;
            if (k < 0) {
                return c;
            }
        }
        throw new AssertionError("weights");
    }

    GarmentShape cut(SplittableRandom random) {
        return cut.apply(random);
    }

    private static int total() {
        int sum = 0;
        for (ProceduralCategory c : values()) {
            sum += c.weight;
        }
        return sum;
    }
}
