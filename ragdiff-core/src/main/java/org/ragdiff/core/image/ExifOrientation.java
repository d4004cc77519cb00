package org.ragdiff.core.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ragdiff.core.RgbImage;

/**
 * The eight ways in which a camera may have been held (EXIF 2.32, tag 0x0112): how the stored
 * picture is turned upright. Immutable.
 *
 * @param value 1 (upright) to 8
 */
record ExifOrientation(int value) {
    private static final ExifOrientation UPRIGHT = new ExifOrientation(1);

    /** From a whole file; upright if it does not say or the record is damaged. */
    static ExifOrientation of(byte[] file, ImageSignature format) {
        try {
            ByteBuffer b = ByteBuffer.wrap(file);
            return switch (format) {
                case JPEG -> jpeg(b);
                case PNG -> png(b);
                case WEBP -> webp(b);
                default -> UPRIGHT;
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return UPRIGHT;
        }
    }

    private static ExifOrientation jpeg(ByteBuffer b) {
        int at = 2;
        while (at + 4 <= b.limit() && (b.get(at) & 0xff) == 0xff) {
            int marker = b.get(at + 1) & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker == 0xda || marker == 0xd9) {
                break;
            }
            int length = b.getShort(at + 2) & 0xffff;
            if (marker == 0xe1 && length >= 16 && b.getInt(at + 4) == 0x45786966 && b.getShort(at + 8) == 0) {
                return tiff(b, at + 10, length - 8);
            }
            at += 2 + Math.max(length, 2);
        }
        return UPRIGHT;
    }

    private static ExifOrientation png(ByteBuffer b) {
        for (long at = 8; at + 12 <= b.limit(); ) {
            long length = b.getInt((int) at) & 0xffffffffL;
            if (b.getInt((int) at + 4) == 0x65584966) {
                return tiff(b, (int) at + 8, (int) length);
            }
            at += 12 + length;
        }
        return UPRIGHT;
    }

    private static ExifOrientation webp(ByteBuffer b) {
        b.order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 12; at + 8 <= b.limit(); ) {
            long length = b.getInt((int) at + 4) & 0xffffffffL;
            if (b.getInt((int) at) == 0x46495845) {
                int start = (int) at + 8;
                boolean prefixed = b.getInt(start) == 0x66697845;
                return tiff(b, prefixed ? start + 6 : start, (int) length - (prefixed ? 6 : 0));
            }
            at += 8 + length + (length & 1);
        }
        return UPRIGHT;
    }

    private static ExifOrientation tiff(ByteBuffer file, int start, int length) {
        ByteBuffer b = file.slice(start, Math.min(length, file.limit() - start));
        b.order(b.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (b.getShort(2) != 42) {
            return UPRIGHT;
        }
        int directory = b.getInt(4);
        int entries = b.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((b.getShort(entry) & 0xffff) == 0x0112) {
                int value = b.getShort(entry + 2) == 3 ? b.getShort(entry + 8) : 0;
                return value >= 1 && value <= 8 ? new ExifOrientation(value) : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /** The picture turned upright. */
    RgbImage apply(RgbImage image) {
        if (value == 1) {
            return image;
        }
        int w = image.width();
        int h = image.height();
        boolean transposed = value >= 5;
        int ow = transposed ? h : w;
        int oh = transposed ? w : h;
        boolean mirrorX = value == 2 || value == 3 || value == 7 || value == 8;
        boolean mirrorY = value == 3 || value == 4 || value == 6 || value == 7;
        byte[] in = image.rgbUnsafe();
        byte[] out = new byte[in.length];
        for (int y = 0; y < oh; y++) {
            for (int x = 0; x < ow; x++) {
                int sx = transposed ? y : x;
                int sy = transposed ? x : y;
                int from = ((mirrorY ? h - 1 - sy : sy) * w + (mirrorX ? w - 1 - sx : sx)) * 3;
                int to = (y * ow + x) * 3;
                out[to] = in[from];
                out[to + 1] = in[from + 1];
                out[to + 2] = in[from + 2];
            }
        }
        return RgbImage.wrap(ow, oh, out);
    }
}
