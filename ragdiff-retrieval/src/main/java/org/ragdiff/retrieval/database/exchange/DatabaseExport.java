package org.ragdiff.retrieval.database.exchange;

import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.retrieval.database.ThumbnailStore;
import org.ragdiff.retrieval.database.exchange.ExchangeFiles.Line;
import org.ragdiff.retrieval.database.exchange.ExchangeFiles.Manifest;

/**
 * Writes a database as a folder that other programs read: {@code database.json} (encoder, count,
 * provenance), {@code entries.jsonl} (a line for each entry), {@code embeddings.npy} (float32, one row for
 * each line), {@code fields.npy} (float16, which holds stored fields exactly), silhouettes as PNG for the
 * eye, thumbnails. Stateless.
 */
public final class DatabaseExport {
    private DatabaseExport() {}

    /**
     * @param folder appears when it is complete; must not be there, or be empty
     * @return number of entries
     * @throws IOException with a message for users if it cannot be written
     */
    public static int write(StructureDatabase database, Path folder) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            try (Stream<Path> there = Files.list(target)) {
                if (there.findAny().isPresent()) {
                    throw new IOException(folder + " is not empty: export to a new folder");
                }
            }
        }
        Files.createDirectories(target.getParent());
        Path temporary = target.resolveSibling(".ragdiff-" + UUID.randomUUID() + ".tmp");
        try (StructureDatabase now = database.snapshot()) {
            Files.createDirectory(temporary);
            writeAll(now, temporary);
            Files.deleteIfExists(target);
            Files.move(temporary, target);
            return now.count();
        } finally {
            delete(temporary);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    private static void writeAll(StructureDatabase database, Path folder) throws IOException {
        int count = database.count();
        int side = -1;
        for (StructureEntry e : database.entries()) {
            if (side >= 0 && e.field().side() != side) {
                throw new IOException("entry " + e.id() + " has a field of side "
                        + e.field().side() + ", the first of " + side + ": only fields of one size can be exported");
            }
            side = e.field().side();
        }
        Provenance made = database.provenance().orElse(null);
        Files.write(
                folder.resolve(ExchangeFiles.MANIFEST),
                ExchangeFiles.JSON
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(new Manifest(
                                ExchangeFiles.FORMAT,
                                ExchangeFiles.VERSION,
                                count,
                                database.dimension(),
                                database.encoderFingerprint(),
                                made)));
        NpyHeader vectors = new NpyHeader(false, count, database.dimension());
        NpyHeader fields = new NpyHeader(true, count, Math.max(0, side), Math.max(0, side));
        try (NpyWriter embeddings = new NpyWriter(folder.resolve(ExchangeFiles.EMBEDDINGS), vectors);
                NpyWriter distances = new NpyWriter(folder.resolve(ExchangeFiles.FIELDS), fields);
                BufferedWriter lines = Files.newBufferedWriter(folder.resolve(ExchangeFiles.ENTRIES))) {
            int n = 0;
            for (StructureEntry e : database.entries()) {
                embeddings.row(e.embedding());
                distances.row(e.field().toArray());
                lines.write(ExchangeFiles.JSON.writeValueAsString(line(
                        e, folder, n, database instanceof ThumbnailStore s ? s.thumbnail(e.id()) : Optional.empty())));
                lines.write('\n');
                n++;
            }
        }
    }

    private static Line line(StructureEntry e, Path folder, int n, Optional<byte[]> thumbnail) throws IOException {
        String silhouette = name(ExchangeFiles.SILHOUETTES, n, "png");
        Path picture = folder.resolve(silhouette);
        Files.createDirectories(picture.getParent());
        ImageIO.write(picture(e.field().toSilhouette()), "png", picture.toFile());
        String small = null;
        if (thumbnail.isPresent()) {
            byte[] bytes = thumbnail.get();
            small = name(ExchangeFiles.THUMBNAILS, n, (bytes[0] & 0xff) == 0x89 ? "png" : "jpg");
            Files.createDirectories(folder.resolve(small).getParent());
            Files.write(folder.resolve(small), bytes);
        }
        GarmentAttributes a = e.attributes();
        return new Line(
                e.id(),
                e.group(),
                a.category(),
                a.sleeve(),
                a.neckline(),
                a.length(),
                a.closure(),
                a.fit(),
                silhouette,
                small);
    }

    /** At most a thousand in one folder. */
    private static String name(String kind, int n, String ending) {
        return "%s/%04d/%07d.%s".formatted(kind, n / 1000, n, ending);
    }

    private static BufferedImage picture(Silhouette s) {
        BufferedImage image = new BufferedImage(s.width(), s.height(), BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < s.height(); y++) {
            for (int x = 0; x < s.width(); x++) {
                image.setRGB(x, y, s.at(x, y) ? 0xffffff : 0);
            }
        }
        return image;
    }
}
