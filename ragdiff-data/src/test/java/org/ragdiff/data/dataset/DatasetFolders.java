package org.ragdiff.data.dataset;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;

/** Tiny folders in the layouts of published data sets: rectangles for garments. */
final class DatasetFolders {
    static final int WIDTH = 30;
    static final int HEIGHT = 40;

    /** Everything that is not nearly white. */
    static final PictureRules DARK = PictureRules.wholePhotos("dark", DatasetFolders::dark);

    private DatasetFolders() {}

    private static Silhouette dark(RgbImage image) {
        boolean[] inside = new boolean[image.width() * image.height()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = image.at(i % image.width(), i / image.width(), 1) < 200;
        }
        return new Silhouette(image.width(), image.height(), inside);
    }

    /** A rectangle on a ground; written in the format that the name's ending says. */
    static Path picture(Path file, Color ground, Color garment, int x, int y, int w, int h) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(ground);
        g.fillRect(0, 0, WIDTH, HEIGHT);
        g.setColor(garment);
        g.fillRect(x, y, w, h);
        g.dispose();
        return write(file, image);
    }

    /** A PNG of one channel whose samples in the rectangle are a label, else 0. */
    static Path labels(Path file, int label, int x, int y, int w, int h) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
        for (int v = y; v < y + h; v++) {
            for (int u = x; u < x + w; u++) {
                image.getRaster().setSample(u, v, 0, label);
            }
        }
        return write(file, image);
    }

    private static Path write(Path file, BufferedImage image) throws IOException {
        Files.createDirectories(file.getParent());
        String name = file.getFileName().toString();
        if (!ImageIO.write(image, name.endsWith(".png") ? "png" : "jpg", file.toFile())) {
            throw new IOException("cannot write " + file);
        }
        return file;
    }

    /** A garment of VITON-HD: photo, flat, mask and classes; the flat covers columns 5..24 and rows 10..29. */
    static void vitonHd(Path root, String split, String name) throws IOException {
        Path folder = root.resolve(split);
        picture(folder.resolve("image/" + name + ".jpg"), Color.GRAY, Color.BLUE, 12, 8, 10, 16);
        picture(folder.resolve("cloth/" + name + ".jpg"), Color.WHITE, Color.BLUE, 5, 10, 20, 20);
        picture(folder.resolve("cloth-mask/" + name + ".jpg"), Color.BLACK, Color.WHITE, 5, 10, 20, 20);
        labels(folder.resolve("image-parse-v3/" + name + ".png"), 5, 12, 8, 10, 16);
    }

    /** A pair of Dress Code: photo, flat and classes, no mask. */
    static void dressCode(Path root, String kind, String number, int label) throws IOException {
        Path folder = root.resolve(kind);
        picture(folder.resolve("images/" + number + "_0.jpg"), Color.GRAY, Color.RED, 12, 8, 10, 16);
        picture(folder.resolve("images/" + number + "_1.jpg"), Color.WHITE, Color.RED, 10, 5, 10, 30);
        labels(folder.resolve("label_maps/" + number + "_4.png"), label, 12, 8, 10, 16);
    }

    static void png(Path file, RgbImage image) throws IOException {
        Files.createDirectories(file.getParent());
        ImageFiles.writePng(file, image, Map.of());
    }
}
