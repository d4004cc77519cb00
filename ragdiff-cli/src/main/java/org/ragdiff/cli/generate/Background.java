package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.diffusion.pipeline.Cutout;
import org.ragdiff.diffusion.pipeline.GenerationResult;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What lies behind written flat-lays.
 *
 * @param rgb 0xRRGGBB, or -1 for nothing: a picture with transparency
 */
record Background(int rgb) {
    private static final int TRANSPARENT = -1;
    private static final int WHITE = 0xffffff;

    /** Writes a result over this. */
    void write(Path png, GenerationResult result, Map<String, String> text) throws IOException {
        if (rgb == WHITE) {
            ImageFiles.writePng(png, result.image(), text);
            return;
        }
        Cutout cutout = Cutout.of(result.image(), result.options().background());
        if (rgb == TRANSPARENT) {
            ImageFiles.writePng(png, cutout.colours(), cutout.alpha(), text);
        } else {
            ImageFiles.writePng(png, cutout.over(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff), text);
        }
    }

    /** Of an option. */
    static final class Converter implements ITypeConverter<Background> {
        @Override
        public Background convert(String text) {
            String t = text.toLowerCase(Locale.ROOT);
            if (t.equals("transparent")) {
                return new Background(TRANSPARENT);
            }
            if (t.equals("white")) {
                return new Background(WHITE);
            }
            if (t.matches("#?[0-9a-f]{6}")) {
                return new Background(Integer.parseInt(t.substring(t.length() - 6), 16));
            }
            throw new TypeConversionException("expected white, transparent or a colour such as #f0f0f0, got " + text);
        }
    }
}
