package org.ragdiff.eval.metric;

/**
 * A colour in CIELAB under D65, 2° observer.
 *
 * @param l lightness, 0 to 100
 * @param a green to red
 * @param b blue to yellow
 */
public record Lab(double l, double a, double b) {
    /** Of 8-bit sRGB values (IEC 61966-2-1), 0..255 each; fractions are allowed. */
    public static Lab ofSrgb(double red, double green, double blue) {
        double r = linear(red / 255);
        double g = linear(green / 255);
        double u = linear(blue / 255);
        double x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * u) / 0.95047;
        double y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * u;
        double z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * u) / 1.08883;
        double fy = f(y);
        return new Lab(116 * fy - 16, 500 * (f(x) - fy), 200 * (fy - f(z)));
    }

    private static double linear(double v) {
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }

    private static double f(double t) {
        return t > 216.0 / 24389 ? Math.cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }

    /** Euclidean distance (ΔE 1976). */
    public double distance(Lab other) {
        return Math.sqrt((l - other.l) * (l - other.l) + (a - other.a) * (a - other.a) + (b - other.b) * (b - other.b));
    }
}
