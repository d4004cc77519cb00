package org.ragdiff.data.procedural;

/**
 * Coloured bands that repeat: the averaged colour over a stretch is the difference of a running
 * integral, so stripes stay free of aliasing at any resolution. Immutable.
 */
final class Bands {
    private final double period;
    private final double[] starts;
    private final int[] colours;

    /**
     * @param widths of the bands of one period, centimetres
     * @param colours of the bands, 0xRRGGBB
     */
    Bands(double[] widths, int[] colours) {
        if (widths.length != colours.length || widths.length == 0) {
            throw new IllegalArgumentException(widths.length + " bands have " + colours.length + " colours");
        }
        this.starts = new double[widths.length + 1];
        for (int i = 0; i < widths.length; i++) {
            starts[i + 1] = starts[i] + widths[i];
        }
        this.period = starts[widths.length];
        this.colours = colours.clone();
    }

    /** Adds {@code weight} times the mean colour of [x - footprint / 2, x + footprint / 2]. */
    void add(double x, double footprint, float weight, float[] rgb) {
        double from = x - footprint / 2;
        for (int i = 0; i < colours.length; i++) {
            double share = (covered(from + footprint, i) - covered(from, i)) / footprint;
            if (share != 0) {
                float w = (float) (weight * share);
                rgb[0] += w * (colours[i] >> 16 & 0xff);
                rgb[1] += w * (colours[i] >> 8 & 0xff);
                rgb[2] += w * (colours[i] & 0xff);
            }
        }
    }

    /** Length of band i within [0, x], with sign. */
    private double covered(double x, int i) {
        double whole = Math.floor(x / period);
        double rest = x - whole * period;
        double width = starts[i + 1] - starts[i];
        return whole * width + Math.max(0, Math.min(width, rest - starts[i]));
    }
}
