package org.ragdiff.data.photo;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ImageFormatException;
import org.ragdiff.core.image.ImageLimits;

/** Masks that come as pictures. Sizes are checked before decoding. Stateless. */
public final class MaskFile {
    private MaskFile() {}

    /**
     * Inside is what is at least half bright.
     *
     * @throws IOException if it cannot be read as a picture; the message names the file
     */
    public static Silhouette readLight(Path file) throws IOException {
        RgbImage image = ImageFiles.read(file);
        boolean[] inside = new boolean[image.width() * image.height()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = image.at(i % image.width(), i / image.width(), 1) >= 128;
        }
        return new Silhouette(image.width(), image.height(), inside);
    }

    /**
     * The pixels of a label map, a PNG of one channel, grey or with a palette, whose samples are numbers of classes.
     *
     * @param labels of the classes that are inside
     * @throws IOException if it is no such file, damaged, or larger than {@link ImageLimits#defaults()}; the message
     *     names the file
     */
    public static Silhouette readLabels(Path file, Set<Integer> labels) throws IOException {
        ImageReader reader = pngReader();
        try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
            reader.setInput(in, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels > ImageLimits.defaults().maxPixels()) {
                throw new ImageFormatException(file + ": has " + reader.getWidth(0) + "x" + reader.getHeight(0)
                        + " pixels, the limit is "
                        + ImageLimits.defaults().maxPixels() + " in all");
            }
            return inside(file, reader.read(0), labels);
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ImageFormatException(file + ": cannot be read as a PNG of labels (" + e.getMessage() + ")", e);
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader pngReader() throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
        if (!readers.hasNext()) {
            throw new IOException("no reader for PNG in this Java platform");
        }
        return readers.next();
    }

    private static Silhouette inside(Path file, BufferedImage image, Set<Integer> labels) throws IOException {
        Raster raster = image.getRaster();
        if (raster.getNumBands() != 1) {
            throw new ImageFormatException(file + ": has " + raster.getNumBands()
                    + " channels, expected a PNG of one channel that holds numbers of classes");
        }
        int w = image.getWidth();
        int h = image.getHeight();
        boolean[] inside = new boolean[w * h];
        int[] row = new int[w];
        for (int y = 0; y < h; y++) {
            raster.getPixels(0, y, w, 1, row);
            for (int x = 0; x < w; x++) {
                inside[y * w + x] = labels.contains(row[x]);
            }
        }
        return new Silhouette(w, h, inside);
    }
}
