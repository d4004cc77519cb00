package org.ragdiff.core;

import java.util.List;
import java.util.Objects;

/**
 * What a garment's structure is called. Every field has an UNKNOWN, which filters and encoders take
 * as "says nothing". Immutable.
 */
public record GarmentAttributes(
        Category category, Sleeve sleeve, Neckline neckline, Length length, Closure closure, Fit fit) {

    /** Nothing known. */
    public static final GarmentAttributes UNKNOWN = new GarmentAttributes(
            Category.UNKNOWN, Sleeve.UNKNOWN, Neckline.UNKNOWN, Length.UNKNOWN, Closure.UNKNOWN, Fit.UNKNOWN);

    public GarmentAttributes {
        Objects.requireNonNull(category, "category");
        Objects.requireNonNull(sleeve, "sleeve");
        Objects.requireNonNull(neckline, "neckline");
        Objects.requireNonNull(length, "length");
        Objects.requireNonNull(closure, "closure");
        Objects.requireNonNull(fit, "fit");
    }

    /** Only the category known. */
    public static GarmentAttributes of(Category category) {
        return UNKNOWN.withCategory(category);
    }

    /** The values in the order of the components. */
    public List<Enum<?>> values() {
        return List.of(category, sleeve, neckline, length, closure, fit);
    }

    public GarmentAttributes withCategory(Category c) {
        return new GarmentAttributes(c, sleeve, neckline, length, closure, fit);
    }

    /** Kind of garment; the first constant of each enum is UNKNOWN, ordinals are stored in weights. */
    public enum Category {
        UNKNOWN,
        T_SHIRT,
        LONG_SLEEVE,
        SHIRT,
        POLO,
        TOP,
        BODY,
        HOODIE,
        BLAZER,
        OUTWEAR,
        DRESS,
        SKIRT,
        PANTS,
        SHORTS,
        SHOES,
        HAT
    }

    /** Sleeve length. */
    public enum Sleeve {
        UNKNOWN,
        NONE,
        SHORT,
        ELBOW,
        LONG
    }

    /** Neckline or collar. */
    public enum Neckline {
        UNKNOWN,
        NONE,
        CREW,
        V,
        SCOOP,
        COLLAR,
        HOOD,
        STRAPS
    }

    /** Length of the garment on the body. */
    public enum Length {
        UNKNOWN,
        CROPPED,
        HIP,
        THIGH,
        KNEE,
        CALF,
        ANKLE
    }

    /** How the front closes. */
    public enum Closure {
        UNKNOWN,
        NONE,
        BUTTONS,
        ZIP,
        OPEN
    }

    /** Width against the body. */
    public enum Fit {
        UNKNOWN,
        SLIM,
        REGULAR,
        LOOSE,
        FLARED
    }
}
