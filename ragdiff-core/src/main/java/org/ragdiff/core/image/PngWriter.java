package org.ragdiff.core.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.io.AtomicFiles;

/** PNG with text chunks: tEXt where Latin-1 suffices, iTXt elsewhere, sorted by keyword. Stateless. */
final class PngWriter {
    private static final String FORMAT = "javax_imageio_png_1.0";

    private PngWriter() {}

    /** @param alpha null for an opaque picture */
    static void write(Path path, RgbImage image, byte[] alpha, Map<String, String> text) throws IOException {
        BufferedImage picture = alpha == null ? wrap(image) : joined(image, alpha);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try {
            IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
            metadata.mergeTree(FORMAT, tree(text));
            AtomicFiles.write(path, stream -> {
                try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(stream)) {
                    writer.setOutput(out);
                    writer.write(new IIOImage(picture, null, metadata));
                }
            });
        } finally {
            writer.dispose();
        }
    }

    private static BufferedImage wrap(RgbImage image) {
        int w = image.width();
        int h = image.height();
        byte[] rgb = image.rgbUnsafe();
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(rgb, rgb.length), w, h, 3 * w, 3, new int[] {0, 1, 2}, null);
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                false,
                false,
                ComponentColorModel.OPAQUE,
                DataBuffer.TYPE_BYTE);
        return new BufferedImage(model, raster, false, null);
    }

    private static BufferedImage joined(RgbImage image, byte[] alpha) {
        BufferedImage out = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_4BYTE_ABGR);
        byte[] abgr = ((DataBufferByte) out.getRaster().getDataBuffer()).getData();
        byte[] rgb = image.rgbUnsafe();
        for (int i = 0; i < alpha.length; i++) {
            abgr[4 * i] = alpha[i];
            for (int c = 0; c < 3; c++) {
                abgr[4 * i + 3 - c] = rgb[3 * i + c];
            }
        }
        return out;
    }

    private static IIOMetadataNode tree(Map<String, String> text) {
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode latin = new IIOMetadataNode("tEXt");
        IIOMetadataNode international = new IIOMetadataNode("iTXt");
        for (Map.Entry<String, String> e : new TreeMap<>(text).entrySet()) {
            String keyword = e.getKey();
            if (keyword.isEmpty() || keyword.length() > 79 || !keyword.matches("[!-~][ -~]*")) {
                throw new IllegalArgumentException(
                        "a PNG keyword has 1 to 79 printable ASCII characters, got \"" + keyword + "\"");
            }
            if (e.getValue().indexOf('\0') >= 0) {
                throw new IllegalArgumentException("the text of \"" + keyword + "\" has a NUL character");
            }
            boolean simple = StandardCharsets.ISO_8859_1.newEncoder().canEncode(e.getValue());
            IIOMetadataNode entry = new IIOMetadataNode(simple ? "tEXtEntry" : "iTXtEntry");
            entry.setAttribute("keyword", keyword);
            if (simple) {
                entry.setAttribute("value", e.getValue());
                latin.appendChild(entry);
            } else {
                entry.setAttribute("compressionFlag", "FALSE");
                entry.setAttribute("compressionMethod", "0");
                entry.setAttribute("languageTag", "");
                entry.setAttribute("translatedKeyword", "");
                entry.setAttribute("text", e.getValue());
                international.appendChild(entry);
            }
        }
        for (IIOMetadataNode n : new IIOMetadataNode[] {latin, international}) {
            if (n.hasChildNodes()) {
                root.appendChild(n);
            }
        }
        return root;
    }
}
