package org.ragdiff.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;

/** Picture files for tests. */
public final class Pictures {
    private Pictures() {}

    /** The bytes of a small picture of ragdiff-core's tests, such as {@code cmyk.jpg}. */
    public static byte[] sample(String name) {
        try (InputStream in = ImageFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no test picture " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path write(Path file, RgbImage image) {
        try {
            ImageFiles.writePng(file, image, Map.of());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A PNG whose header says 30,000×30,000. */
    public static byte[] hugeHeader() {
        byte[] png = sample("rgb.png");
        ByteBuffer b = ByteBuffer.wrap(png).putInt(16, 30_000).putInt(20, 30_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        b.putInt(29, (int) crc.getValue());
        return png;
    }

    /** A red T of a garment on a grey, slightly noisy floor; the box is its bounding box. */
    public static RgbImage garment(int width, int height, int left, int top, int w, int h) {
        SplittableRandom random = new SplittableRandom(5);
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inBox = x >= left && x < left + w && y >= top && y < top + h;
                boolean cloth = inBox && (y < top + h / 3 || Math.abs(x - left - w / 2) < w / 4);
                int noise = random.nextInt(9) - 4;
                int at = (y * width + x) * 3;
                rgb[at] = (byte) ((cloth ? 200 : 128) + noise);
                rgb[at + 1] = (byte) ((cloth ? 30 : 130) + noise);
                rgb[at + 2] = (byte) ((cloth ? 40 : 126) + noise);
            }
        }
        return RgbImage.wrap(width, height, rgb);
    }
}
