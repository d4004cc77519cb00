package org.ragdiff.core;

import java.util.Arrays;
import java.util.BitSet;

/** A binary garment mask, row-major; true inside. Immutable. */
public final class Silhouette {
    private final int width;
    private final int height;
    private final BitSet inside;

    /**
     * @param inside {@code width * height} flags, row-major; copied
     */
    public Silhouette(int width, int height, boolean[] inside) {
        if (width <= 0 || height <= 0 || inside.length != (long) width * height) {
            throw new IllegalArgumentException("silhouette of " + width + "x" + height + " needs "
                    + (long) width * height + " flags, got " + inside.length);
        }
        this.width = width;
        this.height = height;
        this.inside = new BitSet(inside.length);
        for (int i = 0; i < inside.length; i++) {
            this.inside.set(i, inside[i]);
        }
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    public boolean at(int x, int y) {
        if (x < 0 || y < 0 || x >= width || y >= height) {
            throw new IndexOutOfBoundsException("(" + x + ", " + y + ") is outside " + width + "x" + height);
        }
        return inside.get(y * width + x);
    }

    /** Number of cells inside. */
    public int area() {
        return inside.cardinality();
    }

    /**
     * Intersection over union with another silhouette of the same size; 1 if both are empty.
     *
     * @throws IllegalArgumentException if the sizes differ
     */
    public double iou(Silhouette other) {
        int intersection = intersection(other);
        int union = area() + other.area() - intersection;
        return union == 0 ? 1 : (double) intersection / union;
    }

    /**
     * Number of cells inside both.
     *
     * @throws IllegalArgumentException if the sizes differ
     */
    public int intersection(Silhouette other) {
        if (other.width != width || other.height != height) {
            throw new IllegalArgumentException("silhouettes need equal sizes, got " + width + "x" + height + " and "
                    + other.width + "x" + other.height);
        }
        BitSet and = (BitSet) inside.clone();
        and.and(other.inside);
        return and.cardinality();
    }

    /** A copy of the flags, row-major. */
    public boolean[] toArray() {
        boolean[] a = new boolean[width * height];
        for (int i = inside.nextSetBit(0); i >= 0; i = inside.nextSetBit(i + 1)) {
            a[i] = true;
        }
        return a;
    }

    /** Left and right exchanged. */
    public Silhouette mirrored() {
        boolean[] out = new boolean[width * height];
        for (int i = 0; i < out.length; i++) {
            out[i / width * width + width - 1 - i % width] = inside.get(i);
        }
        return new Silhouette(width, height, out);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Silhouette s && s.width == width && s.height == height && s.inside.equals(inside);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {width, height, inside.hashCode()});
    }
}
