package org.ragdiff.core.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.ragdiff.core.RgbImage;

/**
 * Reads pictures that nobody vouches for (JPEG with RGB, grey, CMYK and YCCK; PNG; GIF; BMP; WebP)
 * into upright 8-bit sRGB: EXIF orientation applied, alpha over white, colour profiles and 16 bits
 * converted, the first frame of an animation. Sizes are checked against the header before decoding.
 * Stateless, thread-safe.
 */
public final class ImageFiles {
    private ImageFiles() {}

    /**
     * Whether a file begins as a picture of a format that {@link #read} takes; its name is not asked.
     *
     * @return false also for folders and files that cannot be read
     */
    public static boolean isPicture(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return ImageSignature.of(in.readNBytes(64)).supported();
        } catch (IOException e) {
            return false;
        }
    }

    /** With {@link ImageLimits#defaults()}. */
    public static RgbImage read(Path path) throws IOException {
        return read(path, ImageLimits.defaults());
    }

    /**
     * @throws ImageFormatException if it is no picture, damaged, or beyond the limits
     * @throws IOException with a one-line message if the file cannot be read
     */
    public static RgbImage read(Path path, ImageLimits limits) throws IOException {
        if (Files.isDirectory(path)) {
            throw new ImageFormatException(path + ": is a folder, expected a picture");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes((int) limits.maxBytes() + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException(path + ": no permission to read it", e);
        }
        return read(bytes, path.toString(), limits);
    }

    /**
     * @param bytes a whole file; not modified
     * @param name what messages call it
     * @throws ImageFormatException if it is no picture, damaged, or beyond the limits
     */
    public static RgbImage read(byte[] bytes, String name, ImageLimits limits) throws ImageFormatException {
        if (bytes.length == 0) {
            throw new ImageFormatException(name + ": is empty (0 bytes)");
        }
        if (bytes.length > limits.maxBytes()) {
            throw new ImageFormatException(
                    name + ": is larger than " + (limits.maxBytes() >> 20) + " MiB; save it smaller");
        }
        ImageSignature format = ImageSignature.of(bytes);
        if (!format.supported()) {
            throw new ImageFormatException(name + ": is " + format.title() + "; expected JPEG, PNG, WebP, GIF or BMP");
        }
        try (ImageInputStream in = new PictureBytes(bytes)) {
            Iterator<ImageReader> readers =
                    ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT));
            if (!readers.hasNext()) {
                throw new ImageFormatException(name + ": no reader for " + format.title() + " on the class path");
            }
            ImageReader reader = readers.next();
            try {
                return decode(reader, in, bytes, name, format, limits);
            } finally {
                reader.dispose();
            }
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders answer damaged files with anything from EOFException to NegativeArraySizeException.
            throw new ImageFormatException(
                    name + ": is a damaged or truncated " + format.title() + " (" + reason(e)
                            + "); fetch or save it again",
                    e);
        }
    }

    private static RgbImage decode(
            ImageReader reader,
            ImageInputStream in,
            byte[] bytes,
            String name,
            ImageSignature format,
            ImageLimits limits)
            throws IOException {
        if (format == ImageSignature.WEBP && riffBytes(bytes) > bytes.length + 1L) {
            throw truncated(name, format);
        }
        boolean[] premature = new boolean[1];
        reader.addIIOReadWarningListener((source, warning) -> {
            String w = warning.toLowerCase(Locale.ROOT);
            premature[0] |= w.contains("premature") || w.contains("truncated") || w.contains("unexpected end");
        });
        reader.setInput(in, true, false);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width <= 0 || height <= 0) {
            throw new ImageFormatException(name + ": has the size " + width + "x" + height);
        }
        if (width * height > limits.maxPixels()) {
            throw new ImageFormatException(name + ": has " + width + "x" + height + " pixels, the limit is "
                    + limits.maxPixels() + " in all; scale it down first");
        }
        BufferedImage decoded = reader.read(0);
        if (premature[0]) {
            throw truncated(name, format);
        }
        return ExifOrientation.of(bytes, format).apply(PixelConversion.toRgb(decoded));
    }

    private static ImageFormatException truncated(String name, ImageSignature format) {
        return new ImageFormatException(
                name + ": is a truncated " + format.title() + " (it ends too early); fetch or save it again");
    }

    /** What the container says, give or take a pad byte; the WebP decoder itself takes missing data for zeros. */
    private static long riffBytes(byte[] bytes) {
        if (bytes.length < 12) {
            return Long.MAX_VALUE;
        }
        return 8 + (ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & 0xffffffffL);
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    /**
     * Writes a PNG at once or not at all.
     *
     * @param text text chunks by keyword (1 to 79 Latin-1 characters); values may hold any characters
     * @throws IOException with a one-line message if it cannot be written
     */
    public static void writePng(Path path, RgbImage image, Map<String, String> text) throws IOException {
        PngWriter.write(path, image, null, text);
    }

    /**
     * As {@link #writePng(Path, RgbImage, Map)}, with transparency.
     *
     * @param alpha opacity of each pixel, 0..255, row-major; not modified
     */
    public static void writePng(Path path, RgbImage image, byte[] alpha, Map<String, String> text) throws IOException {
        if (alpha.length != image.width() * image.height()) {
            throw new IllegalArgumentException(alpha.length + " opacities for " + image);
        }
        PngWriter.write(path, image, alpha, text);
    }

    /** The uncompressed text chunks of a PNG. */
    public static Map<String, String> readPngText(Path path) throws IOException {
        return PngText.read(path);
    }
}
