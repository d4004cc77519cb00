package org.ragdiff.core.image;

import java.nio.charset.StandardCharsets;

/** What a file is by its first bytes; its name is not asked. */
enum ImageSignature {
    JPEG("a JPEG file", true),
    PNG("a PNG file", true),
    GIF("a GIF file", true),
    BMP("a BMP file", true),
    WEBP("a WebP file", true),
    HEIF("a HEIC or AVIF picture, which is not supported (export it as JPEG)", false),
    TIFF("a TIFF file, which is not supported", false),
    PDF("a PDF document", false),
    SVG("an SVG or XML document", false),
    UNKNOWN("not a picture", false);

    private final String title;
    private final boolean supported;

    ImageSignature(String title, boolean supported) {
        this.title = title;
        this.supported = supported;
    }

    String title() {
        return supported ? title.substring(title.indexOf(' ') + 1) : title;
    }

    boolean supported() {
        return supported;
    }

    static ImageSignature of(byte[] b) {
        String head = new String(b, 0, Math.min(b.length, 32), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        } else if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        } else if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
            return GIF;
        } else if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return WEBP;
        } else if (head.startsWith("BM") && b.length > 26 && b[15] == 0 && b[16] == 0 && b[17] == 0) {
            return BMP;
        } else if (head.startsWith("ftyp", 4)) {
            return HEIF;
        } else if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
            return TIFF;
        } else if (head.startsWith("%PDF")) {
            return PDF;
        } else if (head.stripLeading().startsWith("<")) {
            return SVG;
        }
        return UNKNOWN;
    }
}
