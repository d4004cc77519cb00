package org.ragdiff.eval.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;

/** Pictures inside a page: PNG for results, which must be exact, JPEG for photos. Stateless. */
final class DataUri {
    /** Of a photo that can be enlarged. */
    static final int PHOTO_SIDE = 384;
    /** Of any picture where room is short. */
    static final int THUMBNAIL_SIDE = 192;
    /** Of a link. */
    static final int TILE_SIDE = 96;

    private static final float PHOTO_QUALITY = 0.85f;

    private DataUri() {}

    static String png(RgbImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(buffered(image), "png", out)) {
            throw new IOException("this Java has no PNG writer: use one with the java.desktop module");
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
    }

    /** As JPEG, reduced to a longest side. */
    static String photo(RgbImage image, int side) throws IOException {
        int longest = Math.max(image.width(), image.height());
        RgbImage small = image;
        if (longest > side) {
            int w = Math.max(1, Math.round(image.width() * (float) side / longest));
            int h = Math.max(1, Math.round(image.height() * (float) side / longest));
            small = Resize.rgb(image, w, h, ResampleFilter.LANCZOS);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(PHOTO_QUALITY);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(buffered(small), null, null), parameters);
        } finally {
            writer.dispose();
        }
        return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
    }

    private static BufferedImage buffered(RgbImage image) {
        BufferedImage out = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[image.width()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                row[x] = image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2);
            }
            out.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return out;
    }
}
