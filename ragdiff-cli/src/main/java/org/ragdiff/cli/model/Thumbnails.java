package org.ragdiff.cli.model;

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
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.retrieval.database.ThumbnailStore;

/** Keeps a small JPEG of each garment where the database takes pictures. */
interface Thumbnails {
    /** Side in pixels. */
    int SIDE = 64;

    /** JPEG's, in [0, 1]. */
    float QUALITY = 0.8f;

    /** Of a garment whose entry is in the database. */
    void keep(StandardGarment garment);

    /** Keeps nothing if it is not wanted or the database takes none. */
    static Thumbnails of(StructureDatabase database, boolean wanted) {
        return wanted && database instanceof ThumbnailStore store
                ? g -> store.putThumbnail(g.id(), jpeg(Resize.rgb(g.standard(), SIDE, SIDE, ResampleFilter.LANCZOS)))
                : g -> {};
    }

    private static byte[] jpeg(RgbImage image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode a thumbnail: " + e.getMessage(), e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
