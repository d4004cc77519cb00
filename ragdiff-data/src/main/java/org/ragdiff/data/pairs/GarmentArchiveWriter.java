package org.ragdiff.data.pairs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.io.AtomicFiles;

/** Writes {@link GarmentArchive} files. Stateless. */
final class GarmentArchiveWriter {
    private GarmentArchiveWriter() {}

    /**
     * A garment and the photo's surroundings.
     *
     * @param background square, of the standard image's side
     */
    record Entry(StandardGarment garment, RgbImage background, double confidence) {}

    /** Writes an archive at once or not at all. */
    static void write(Path file, String key, int side, List<Entry> entries) throws IOException {
        GarmentArchive.Header header = new GarmentArchive.Header(
                key,
                side,
                entries.stream()
                        .map(e -> new GarmentArchive.Label(
                                e.garment().id(),
                                e.garment().group(),
                                e.garment().attributes(),
                                e.confidence()))
                        .toList());
        byte[] json = GarmentArchive.JSON.writeValueAsBytes(header);
        AtomicFiles.write(file, (OutputStream out) -> {
            out.write(GarmentArchive.MAGIC.getBytes(StandardCharsets.US_ASCII));
            out.write(ByteBuffer.allocate(Integer.BYTES).putInt(json.length).array());
            out.write(json);
            for (Entry e : entries) {
                requireSide(e.garment().standard(), side);
                requireSide(e.background(), side);
                out.write(e.garment().standard().rgbUnsafe());
                out.write(bits(e.garment().silhouette()));
                out.write(e.background().rgbUnsafe());
            }
        });
    }

    private static void requireSide(RgbImage image, int side) {
        if (image.width() != side || image.height() != side) {
            throw new IllegalArgumentException("picture is " + image + ", the archive's side is " + side);
        }
    }

    private static byte[] bits(Silhouette s) {
        boolean[] inside = s.toArray();
        byte[] out = new byte[GarmentArchive.silhouetteBytes(s.width())];
        for (int i = 0; i < inside.length; i++) {
            out[i >> 3] |= (byte) (inside[i] ? 1 << (i & 7) : 0);
        }
        return out;
    }
}
