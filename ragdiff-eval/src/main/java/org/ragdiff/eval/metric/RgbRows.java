package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;

/** An 8-bit picture as rows of samples in [0, 1]. */
record RgbRows(RgbImage image) implements SampleRows {
    private static final double[] UNIT = new double[256];

    static {
        for (int i = 0; i < UNIT.length; i++) {
            UNIT[i] = i / 255.0;
        }
    }

    @Override
    public int width() {
        return image.width();
    }

    @Override
    public int height() {
        return image.height();
    }

    @Override
    public int channels() {
        return 3;
    }

    @Override
    public void read(int channel, int y, double[] out, int at) {
        byte[] rgb = image.rgbUnsafe();
        int from = y * image.width() * 3 + channel;
        for (int x = 0; x < image.width(); x++) {
            out[at + x] = UNIT[rgb[from + 3 * x] & 0xff];
        }
    }
}
