package org.ragdiff.core.image;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.ragdiff.core.RgbImage;

/**
 * Any decoded picture to 8-bit sRGB over white. Grey samples are taken as they are: Java's own
 * conversion treats them as linear light and brightens them. Stateless.
 */
final class PixelConversion {
    private PixelConversion() {}

    static RgbImage toRgb(BufferedImage image) {
        ColorModel model = image.getColorModel();
        if (model instanceof IndexColorModel || model.isAlphaPremultiplied()) {
            return throughArgb(image);
        }
        ColorSpace space = model.getColorSpace();
        int type = model.getTransferType();
        boolean integers =
                type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT || type == DataBuffer.TYPE_INT;
        if (!integers) {
            return throughArgb(image);
        }
        if (space.getType() == ColorSpace.TYPE_GRAY || space.isCS_sRGB()) {
            return fromSamples(image);
        }
        if (model.hasAlpha()) {
            return throughArgb(image);
        }
        BufferedImage converted = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        try {
            new ColorConvertOp(null).filter(image, converted);
        } catch (CMMException | IllegalArgumentException e) {
            // A profile that cannot be used: the samples themselves are the better picture.
            if (space.getType() == ColorSpace.TYPE_RGB) {
                return fromSamples(image);
            }
            throw e;
        }
        return fromSamples(converted);
    }

    /** Grey or RGB samples, with or without alpha, of 1 to 16 bits. */
    private static RgbImage fromSamples(BufferedImage image) {
        int w = image.getWidth();
        int h = image.getHeight();
        ColorModel model = image.getColorModel();
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        boolean alpha = model.hasAlpha();
        boolean grey = bands - (alpha ? 1 : 0) == 1;
        int[] max = new int[bands];
        for (int b = 0; b < bands; b++) {
            max[b] = (1 << model.getComponentSize(b)) - 1;
        }
        byte[] rgb = new byte[Math.multiplyExact(w * h, 3)];
        int[] row = new int[w * bands];
        for (int y = 0; y < h; y++) {
            raster.getPixels(0, y, w, 1, row);
            int to = y * w * 3;
            for (int from = 0; from < row.length; from += bands) {
                int a = alpha ? to8(row[from + bands - 1], max[bands - 1]) : 255;
                for (int c = 0; c < 3; c++) {
                    int b = grey ? 0 : c;
                    rgb[to++] = (byte) overWhite(to8(row[from + b], max[b]), a);
                }
            }
        }
        return RgbImage.wrap(w, h, rgb);
    }

    private static RgbImage throughArgb(BufferedImage image) {
        int w = image.getWidth();
        int h = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(w * h, 3)];
        int[] row = new int[w];
        for (int y = 0; y < h; y++) {
            image.getRGB(0, y, w, 1, row, 0, w);
            int to = y * w * 3;
            for (int p : row) {
                int a = p >>> 24;
                rgb[to++] = (byte) overWhite(p >> 16 & 0xff, a);
                rgb[to++] = (byte) overWhite(p >> 8 & 0xff, a);
                rgb[to++] = (byte) overWhite(p & 0xff, a);
            }
        }
        return RgbImage.wrap(w, h, rgb);
    }

    private static int to8(int sample, int max) {
        return max == 255 ? sample : (int) ((sample * 255L + max / 2) / max);
    }

    private static int overWhite(int value, int alpha) {
        return alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255;
    }
}
