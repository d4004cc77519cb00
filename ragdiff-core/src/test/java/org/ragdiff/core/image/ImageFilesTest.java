package org.ragdiff.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.RgbImage;

/**
 * Files made with Pillow 12.3; the expected pictures are what Pillow decodes and composes. Lossy WebP
 * may differ by its chroma, which libwebp interpolates when it brings it to full size.
 */
class ImageFilesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "rgb.bmp, rgb.png, 0",
        "rgb.jpg, rgb-jpg-expected.png, 1",
        "progressive.jpg, rgb.jpg, 0",
        "lossless.webp, rgb.png, 0",
        "lossy.webp, lossy-webp-expected.png, 8",
        "grey.jpg, grey-jpg-expected.png, 1",
        "grey16.png, grey.png, 0",
        "rgba.png, rgba-over-white.png, 1",
        "rgba.webp, rgba-over-white.png, 1",
        "grey-alpha.png, grey-alpha-over-white.png, 1",
        "palette.png, palette-expected.png, 0",
        "bits.png, bits-expected.png, 0",
        "animated.gif, palette-expected.png, 0",
        "cmyk.jpg, cmyk-jpg-expected.png, 80",
        "exif1.jpg, rgb.png, 14",
        "exif2.jpg, rgb.png, 14",
        "exif3.jpg, rgb.png, 14",
        "exif4.jpg, rgb.png, 14",
        "exif5.jpg, rgb.png, 14",
        "exif6.jpg, rgb.png, 14",
        "exif7.jpg, rgb.png, 14",
        "exif8.jpg, rgb.png, 14",
        "exif6.png, rgb.png, 0",
        "exif6.webp, rgb.png, 0"
    })
    void equalsPillow(String file, String expected, int tolerance) throws Exception {
        RgbImage got = read(bytes(file), file);
        RgbImage want = read(bytes(expected), expected);
        assertThat(got.width()).isEqualTo(want.width());
        assertThat(got.height()).isEqualTo(want.height());
        int worst = 0;
        for (int i = 0; i < got.rgbUnsafe().length; i++) {
            worst = Math.max(worst, Math.abs((got.rgbUnsafe()[i] & 0xff) - (want.rgbUnsafe()[i] & 0xff)));
        }
        assertThat(worst).as(file).isLessThanOrEqualTo(tolerance);
    }

    @Test
    void samplesOfAPngAreExact() throws Exception {
        RgbImage image = read(bytes("rgb.png"), "rgb.png");
        assertThat(image.width()).isEqualTo(24);
        assertThat(image.height()).isEqualTo(16);
        for (int x : new int[] {0, 1, 11, 12, 23}) {
            assertThat(image.at(x, 15, 0)).isEqualTo(255 * x / 23);
            assertThat(image.at(x, 15, 1)).isEqualTo(255);
            assertThat(image.at(x, 15, 2)).isEqualTo(x < 12 ? 128 : 40);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.jpg",
                "progressive.jpg",
                "rgb.png",
                "palette.png",
                "animated.gif",
                "rgb.bmp",
                "lossless.webp",
                "lossy.webp",
                "cmyk.jpg",
                "rgba.png"
            })
    void truncatedFilesAreRefused(String file) throws Exception {
        byte[] whole = bytes(file);
        int refused = 0;
        int end = whole.length - (file.endsWith("png") ? 20 : 8);
        for (int length = 1; length < end; length += 1 + length / 40) {
            byte[] part = Arrays.copyOf(whole, length);
            try {
                read(part, file);
                // Only trailing bytes that hold no pixel may be missing.
                assertThat(read(part, file)).as(file + " cut to " + length).isEqualTo(read(whole, file));
            } catch (ImageFormatException e) {
                refused++;
                assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.jpg",
                "rgb.png",
                "palette.png",
                "animated.gif",
                "rgb.bmp",
                "lossless.webp",
                "rgba.webp",
                "exif6.jpg",
                "cmyk.jpg"
            })
    void damagedFilesNeverEscapeAsOtherErrors(String file) throws Exception {
        byte[] whole = bytes(file);
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 300; round++) {
            byte[] b = whole.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                b[random.nextInt(b.length)] = (byte) random.nextInt(256);
            }
            try {
                RgbImage image = ImageFiles.read(b, file, ImageLimits.defaults().withMaxPixels(1_000_000));
                assertThat((long) image.width() * image.height()).isLessThanOrEqualTo(1_000_000);
            } catch (ImageFormatException e) {
                assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
            }
        }
    }

    @Test
    void hugeHeadersAreRefusedBeforeDecoding() throws Exception {
        byte[] png = bytes("rgb.png");
        ByteBuffer b = ByteBuffer.wrap(png).putInt(16, 30_000).putInt(20, 30_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        b.putInt(29, (int) crc.getValue());
        assertThatThrownBy(() -> read(png, "huge.png"))
                .isInstanceOf(ImageFormatException.class)
                .hasMessage("huge.png: has 30000x30000 pixels, the limit is 64000000 in all; scale it down first");
        byte[] jpeg = bytes("rgb.jpg");
        for (int i = 2; i < jpeg.length; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
                ByteBuffer.wrap(jpeg).putShort(i + 5, (short) 30_000).putShort(i + 7, (short) 30_000);
                break;
            }
        }
        assertThatThrownBy(() -> read(jpeg, "huge.jpg")).hasMessageContaining("has 30000x30000 pixels");
        byte[] gif = bytes("animated.gif");
        gif[6] = gif[8] = 0x30;
        gif[7] = gif[9] = 0x75;
        read(gif, "canvas.gif");
    }

    @Test
    void messagesSayWhatCameAndWhatToDo() throws Exception {
        assertThatThrownBy(() -> read(new byte[0], "a.jpg")).hasMessage("a.jpg: is empty (0 bytes)");
        assertThatThrownBy(() -> read("hello world".getBytes(), "a.jpg"))
                .hasMessage("a.jpg: is not a picture; expected JPEG, PNG, WebP, GIF or BMP");
        assertThatThrownBy(() -> read("<html></html>".getBytes(), "a.jpg")).hasMessageContaining("SVG or XML");
        assertThatThrownBy(() -> read("\0\0\0\030ftypheic\0\0\0\0".getBytes(), "a.heic"))
                .hasMessageContaining("JPEG");
        assertThatThrownBy(() -> ImageFiles.read(folder.resolve("no.png")))
                .hasMessageEndingWith("no.png: no such file");
        assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> ImageFiles.read(
                        bytes("rgb.png"), "a.png", ImageLimits.defaults().withMaxBytes(10)))
                .hasMessageContaining("larger than");
    }

    @Test
    void pngWithText() throws Exception {
        RgbImage image = read(bytes("rgb.png"), "rgb.png");
        Map<String, String> text =
                Map.of("ragdiff.seed", "42", "ragdiff.settings", "{\"k\": 1}\nline", "Title", "Größe 中😀");
        Path a = folder.resolve("a.png");
        ImageFiles.writePng(a, image, text);
        ImageFiles.writePng(folder.resolve("b.png"), image, text);
        assertThat(Files.readAllBytes(a)).isEqualTo(Files.readAllBytes(folder.resolve("b.png")));
        assertThat(ImageFiles.read(a)).isEqualTo(image);
        assertThat(ImageFiles.readPngText(a)).isEqualTo(text);
        assertThatThrownBy(() -> ImageFiles.writePng(folder.resolve("no/a.png"), image, text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("create it first");
        assertThatThrownBy(() -> ImageFiles.writePng(a, image, Map.of("", "x"))).hasMessageContaining("keyword");
        assertThat(Files.list(folder)).hasSize(2);
    }

    private static RgbImage read(byte[] bytes, String name) throws ImageFormatException {
        return ImageFiles.read(bytes, name, ImageLimits.defaults());
    }

    private static byte[] bytes(String file) throws IOException {
        try (InputStream in = ImageFilesTest.class.getResourceAsStream(file)) {
            return in.readAllBytes();
        }
    }
}
