package org.ragdiff.data.pairs;

import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Rectangles of growing width and one colour each; three follow each other in one group. */
record Squares(int size, int side) implements GarmentStore {
    @Override
    public StandardGarment get(int index) {
        byte[] rgb = new byte[3 * side * side];
        boolean[] inside = new boolean[side * side];
        int half = side / 8 + index % (side / 4);
        for (int i = 0; i < inside.length; i++) {
            // Off centre, so that a mirror image differs.
            inside[i] = Math.abs(i % side - side / 2 + 2) <= half && Math.abs(i / side - side / 2) <= side * 4 / 10;
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (inside[i] ? 40 + (index * 37 + c * 91) % 150 : 255);
            }
        }
        return new StandardGarment(
                RgbImage.wrap(side, side, rgb),
                new Silhouette(side, side, inside),
                GarmentAttributes.UNKNOWN,
                id(index),
                group(index));
    }

    @Override
    public String id(int index) {
        return "square-" + index;
    }

    @Override
    public String group(int index) {
        return "squares-" + index / 3;
    }

    @Override
    public String fingerprint() {
        return "squares-" + size + "-" + side;
    }
}
