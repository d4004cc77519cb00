package org.ragdiff.eval.perceptual;

import org.ragdiff.core.RgbImage;

/**
 * A map of channels.
 *
 * @param values [height, width, channels], row-major; not copied, not to be modified
 */
public record FeatureMap(int height, int width, int channels, double[] values) {
    public FeatureMap {
        if (height < 1 || width < 1 || channels < 1 || values.length != (long) height * width * channels) {
            throw new IllegalArgumentException(
                    "a map of " + height + "x" + width + "x" + channels + " cannot have " + values.length + " values");
        }
    }

    /** A picture in [0, 1], in order R, G, B. */
    public static FeatureMap of(RgbImage image) {
        byte[] rgb = image.rgbUnsafe();
        double[] values = new double[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            values[i] = (rgb[i] & 0xff) / 255.0;
        }
        return new FeatureMap(image.height(), image.width(), 3, values);
    }

    /** (factor · value + offset − shift) / scale, by channel. */
    FeatureMap normalised(double factor, double offset, double[] shift, double[] scale) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            int c = i % channels;
            out[i] = (factor * values[i] + offset - shift[c]) / scale[c];
        }
        return new FeatureMap(height, width, channels, out);
    }

    /** Cells of a channel. */
    int area() {
        return height * width;
    }
}
