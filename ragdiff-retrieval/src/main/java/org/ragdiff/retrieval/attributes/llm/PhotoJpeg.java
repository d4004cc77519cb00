package org.ragdiff.retrieval.attributes.llm;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.provenance.Sha256;

/** Photos as they are sent: pixels alone, in a JPEG of bounded size. Stateless. */
final class PhotoJpeg {
    private static final float[] QUALITIES = {0.9f, 0.75f, 0.5f, 0.3f};

    private PhotoJpeg() {}

    /** SHA-256 of size and pixels. */
    static String hash(RgbImage photo) {
        return Sha256.of(photo.width() + "x" + photo.height() + ":" + Sha256.of(photo.rgbUnsafe()));
    }

    /** At the best quality that fits; where none does, at half the side. The photo is not modified. */
    static byte[] encode(RgbImage photo, PictureLimits limits) {
        for (int side = limits.side(); ; side /= 2) {
            BufferedImage picture = buffered(fit(photo, side));
            for (float quality : QUALITIES) {
                byte[] jpeg = encode(picture, quality);
                if (jpeg.length <= limits.bytes() || side <= 16 && quality == QUALITIES[QUALITIES.length - 1]) {
                    return jpeg;
                }
            }
        }
    }

    private static RgbImage fit(RgbImage photo, int side) {
        int longer = Math.max(photo.width(), photo.height());
        if (longer <= side) {
            return photo;
        }
        double scale = (double) side / longer;
        int width = Math.max(1, (int) Math.round(photo.width() * scale));
        int height = Math.max(1, (int) Math.round(photo.height() * scale));
        return Resize.rgb(photo, width, height, ResampleFilter.LANCZOS);
    }

    private static BufferedImage buffered(RgbImage image) {
        BufferedImage out = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                out.setRGB(x, y, image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2));
            }
        }
        return out;
    }

    private static byte[] encode(BufferedImage picture, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode a photo in memory", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
