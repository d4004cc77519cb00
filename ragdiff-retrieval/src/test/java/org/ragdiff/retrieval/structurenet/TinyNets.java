package org.ragdiff.retrieval.structurenet;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Networks and garments small enough for tests. */
final class TinyNets {
    private static final GarmentAttributes.Category[] CATEGORIES = {
        GarmentAttributes.Category.T_SHIRT, GarmentAttributes.Category.PANTS, GarmentAttributes.Category.DRESS
    };

    private TinyNets() {}

    static StructureNetConfig config() {
        return new StructureNetConfig(
                new TowerConfig(32, List.of(4, 4, 8, 8), List.of(0, 1, 0), 12),
                new TowerConfig(32, List.of(4, 4, 8, 8), List.of(0, 0, 1), 12),
                8,
                2,
                16,
                0.2,
                12,
                8,
                1,
                2,
                null);
    }

    static StructureNetConfig withAppearance() {
        return config().withAppearance(new AppearanceConfig(4, 6));
    }

    static StructureNet net(long seed, StructureNetConfig config) {
        return new StructureNet(new SplittableRandom(seed), config);
    }

    /**
     * Union of a few random rectangles in one colour on white; the photo shows it over another colour, moved
     * by a few pixels.
     */
    static StructureSample sample(long index, int side, boolean masked) {
        SplittableRandom random = new SplittableRandom(index * 7919 + 13);
        boolean[] inside = new boolean[side * side];
        for (int r = 0; r < 3; r++) {
            int w = side / 5 + random.nextInt(side / 2);
            int h = side / 5 + random.nextInt(side / 2);
            int left = random.nextInt(side - w);
            int top = random.nextInt(side - h);
            for (int y = top; y < top + h; y++) {
                for (int x = left; x < left + w; x++) {
                    inside[y * side + x] = true;
                }
            }
        }
        int dx = random.nextInt(3) - 1;
        int dy = random.nextInt(3) - 1;
        boolean[] seen = new boolean[side * side];
        byte[] standard = new byte[side * side * 3];
        byte[] photo = new byte[side * side * 3];
        byte[] garment = new byte[3];
        byte[] floor = new byte[3];
        random.nextBytes(garment);
        random.nextBytes(floor);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int sx = x - dx;
                int sy = y - dy;
                int i = y * side + x;
                seen[i] = sx >= 0 && sy >= 0 && sx < side && sy < side && inside[sy * side + sx];
                for (int c = 0; c < 3; c++) {
                    standard[i * 3 + c] = inside[i] ? garment[c] : -1;
                    photo[i * 3 + c] = seen[i] ? garment[c] : floor[c];
                }
            }
        }
        return new StructureSample(
                new RgbImage(side, side, photo),
                masked ? Optional.of(new Silhouette(side, side, seen)) : Optional.empty(),
                new RgbImage(side, side, standard),
                new Silhouette(side, side, inside),
                index % 4 == 3 ? GarmentAttributes.UNKNOWN : GarmentAttributes.of(CATEGORIES[(int) (index % 3)]));
    }
}
