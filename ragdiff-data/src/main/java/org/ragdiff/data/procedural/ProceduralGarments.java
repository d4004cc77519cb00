package org.ragdiff.data.procedural;

import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.StandardGarment;

/**
 * Standard garments made from parameters, drawn when asked for: garment {@code i} is a pure function
 * of the seed and {@code i}, and the same garment at every side. Holds no picture. Immutable,
 * thread-safe.
 */
public final class ProceduralGarments implements GarmentStore {
    /** Changes whenever the same seed gives other garments. */
    private static final int VERSION = 2;

    private static final int SMALLEST_SIDE = 32;
    private static final int LARGEST_SIDE = 1024;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final int count;
    private final int side;
    private final long seed;
    /** Null for the mix. */
    private final ProceduralCategory only;

    /**
     * @param count number of garments, 1 or more
     * @param side of the standard images in pixels, 32 to 1024
     * @param seed another seed gives other garments
     */
    public ProceduralGarments(int count, int side, long seed) {
        this(count, side, seed, null);
    }

    /** Garments of one kind. */
    public static ProceduralGarments of(ProceduralCategory kind, int count, int side, long seed) {
        return new ProceduralGarments(count, side, seed, Objects.requireNonNull(kind, "kind"));
    }

    private ProceduralGarments(int count, int side, long seed, ProceduralCategory only) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, got " + count);
        }
        if (side < SMALLEST_SIDE || side > LARGEST_SIDE) {
            throw new IllegalArgumentException(
                    "side must be in " + SMALLEST_SIDE + ".." + LARGEST_SIDE + ", got " + side);
        }
        this.count = count;
        this.side = side;
        this.seed = seed;
        this.only = only;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public int side() {
        return side;
    }

    @Override
    public StandardGarment get(int index) {
        SplittableRandom random = random(index);
        SplittableRandom shapeRandom = random.split();
        SplittableRandom lookRandom = random.split();
        SplittableRandom layRandom = random.split();
        GarmentShape shape = kind(shapeRandom).cut(shapeRandom);
        Look look = Looks.sample(shape, lookRandom);
        Lay lay = Lay.sample(Ranges.draw(layRandom, 0.3, 1.4), layRandom);
        double creasing = Ranges.draw(layRandom, 0.35, 1.25);
        Exposure exposure = Exposure.sample(layRandom);
        FlatRenderer.Flat flat =
                new FlatRenderer(shape.construct(look), lay, side).draw(look, creasing, exposure, layRandom);
        String id = id(index);
        return new StandardGarment(flat.standard(), flat.silhouette(), shape.attributes(), id, id);
    }

    /** The kind of a garment, without its picture. */
    public ProceduralCategory category(int index) {
        return kind(random(index).split());
    }

    /** What is known of a garment, without its picture. */
    public GarmentAttributes attributes(int index) {
        return shape(index).attributes();
    }

    GarmentShape shape(int index) {
        SplittableRandom shapeRandom = random(index).split();
        return kind(shapeRandom).cut(shapeRandom);
    }

    private ProceduralCategory kind(SplittableRandom random) {
        return only == null ? ProceduralCategory.sample(random) : only;
    }

    private String prefix() {
        return "procedural-" + (only == null ? "" : only.name().toLowerCase(Locale.ROOT) + "-");
    }

    @Override
    public String id(int index) {
        return prefix() + Long.toUnsignedString(seed, 36) + "-" + Objects.checkIndex(index, count);
    }

    /** The garment's id: every made garment is its own group. */
    @Override
    public String group(int index) {
        return id(index);
    }

    @Override
    public String fingerprint() {
        return prefix() + "garments-" + VERSION + ":" + count + ":" + side + ":" + seed;
    }

    private SplittableRandom random(int index) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + GOLDEN * Objects.checkIndex(index, count));
    }
}
