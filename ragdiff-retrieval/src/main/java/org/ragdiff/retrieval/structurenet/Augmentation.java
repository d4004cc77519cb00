package org.ragdiff.retrieval.structurenet;

import java.util.SplittableRandom;

/**
 * Random changes of a training sample. Mirroring changes photo, mask, standard image and field together;
 * colours change freely on the standard side, where structure alone should count, and mildly on the photo.
 * Stateless.
 */
final class Augmentation {
    private Augmentation() {}

    /** Mirrors rows of {@code channels}-channel pixels in place. */
    static void mirror(float[] a, int from, int side, int channels) {
        for (int y = 0; y < side; y++) {
            int row = from + y * side * channels;
            for (int x = 0; x < side / 2; x++) {
                for (int c = 0; c < channels; c++) {
                    int i = row + x * channels + c;
                    int j = row + (side - 1 - x) * channels + c;
                    float swap = a[i];
                    a[i] = a[j];
                    a[j] = swap;
                }
            }
        }
    }

    /** New colours for the garment in [side², 4] pixels: channels exchanged, scaled, shifted, or one colour. */
    static void recolour(float[] a, int from, int pixels, double flat, SplittableRandom random) {
        boolean oneColour = random.nextDouble() < flat;
        int turn = random.nextInt(3);
        float[] gain = new float[3];
        float[] shift = new float[3];
        for (int c = 0; c < 3; c++) {
            gain[c] = oneColour ? 0 : (float) (0.5 + random.nextDouble()) * (random.nextInt(5) == 0 ? -1 : 1);
            shift[c] = (float) ((oneColour ? 2 : 0.8) * (random.nextDouble() - 0.5));
        }
        float[] old = new float[3];
        for (int i = 0; i < pixels; i++) {
            int at = from + i * 4;
            float s = (a[at + 3] + 1) / 2;
            for (int c = 0; c < 3; c++) {
                old[c] = a[at + (c + turn) % 3];
            }
            for (int c = 0; c < 3; c++) {
                float v = Math.max(-1, Math.min(1, gain[c] * old[c] + shift[c]));
                a[at + c] = s * v + 1 - s;
            }
        }
    }

    /** One of the six orders of three channels: that which they have, or with probability ⅓ any. */
    static int turn(SplittableRandom random) {
        return random.nextInt(3) == 0 ? random.nextInt(6) : 0;
    }

    /**
     * Brings the first three channels into another order.
     *
     * @param turn in 0..5, of which 0 changes nothing
     */
    static void exchange(float[] a, int from, int pixels, int channels, int turn) {
        int first = turn % 3;
        int step = turn < 3 ? 1 : 2;
        for (int i = 0; i < pixels && turn != 0; i++) {
            int at = from + i * channels;
            float r = a[at + first];
            float g = a[at + (first + step) % 3];
            float b = a[at + (first + 2 * step) % 3];
            a[at] = r;
            a[at + 1] = g;
            a[at + 2] = b;
        }
    }

    /** Mild change of exposure and white balance of [side², 3] pixels. */
    static void relight(float[] a, int from, int pixels, double strength, SplittableRandom random) {
        float gain = (float) (1 + strength * (2 * random.nextDouble() - 1));
        float[] shift = new float[3];
        for (int c = 0; c < 3; c++) {
            shift[c] = (float) (strength * (random.nextDouble() - 0.5));
        }
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < 3; c++) {
                int at = from + i * 3 + c;
                a[at] = Math.max(-1, Math.min(1, gain * a[at] + shift[c]));
            }
        }
    }
}
