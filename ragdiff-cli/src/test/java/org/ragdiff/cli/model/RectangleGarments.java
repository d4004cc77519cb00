package org.ragdiff.cli.model;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.StandardGarment;

/** Garments for tests: unions of three rectangles in one colour on white. */
public record RectangleGarments(int size, int side) implements GarmentStore {
    private static final GarmentAttributes.Category[] CATEGORIES = {
        GarmentAttributes.Category.T_SHIRT, GarmentAttributes.Category.PANTS, GarmentAttributes.Category.DRESS
    };

    @Override
    public StandardGarment get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index + " of " + size);
        }
        SplittableRandom random = new SplittableRandom(index * 7919L + 13);
        boolean[] inside = new boolean[side * side];
        byte[] rgb = new byte[side * side * 3];
        Arrays.fill(rgb, (byte) 255);
        byte[] colour = new byte[3];
        random.nextBytes(colour);
        for (int r = 0; r < 3; r++) {
            int w = side / 5 + random.nextInt(side / 2);
            int h = side / 5 + random.nextInt(side / 2);
            int left = random.nextInt(side - w);
            int top = random.nextInt(side - h);
            for (int i = 0; i < side * side; i++) {
                int x = i % side;
                int y = i / side;
                if (x >= left && x < left + w && y >= top && y < top + h) {
                    inside[i] = true;
                    System.arraycopy(colour, 0, rgb, 3 * i, 3);
                }
            }
        }
        return new StandardGarment(
                RgbImage.wrap(side, side, rgb),
                new Silhouette(side, side, inside),
                GarmentAttributes.of(CATEGORIES[index % CATEGORIES.length]),
                id(index),
                group(index));
    }

    @Override
    public String id(int index) {
        return "garment-" + index;
    }

    @Override
    public String group(int index) {
        return "group-" + index / 2;
    }

    @Override
    public String fingerprint() {
        return "rectangles-" + size + "-" + side;
    }
}
