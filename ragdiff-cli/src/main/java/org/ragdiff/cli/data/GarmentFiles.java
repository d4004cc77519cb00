package org.ragdiff.cli.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.data.pairs.CsvLine;

/**
 * A folder of standard garments in the making: pictures first, tables last. Closed without {@link #keep},
 * it deletes what it added. Thread-safe.
 */
final class GarmentFiles implements AutoCloseable {
    /** Of {@code garments.csv}; the paths are relative to it. */
    static final List<String> COLUMNS = List.of(
            "standard",
            "silhouette",
            "kind",
            "category",
            "sleeve",
            "neckline",
            "length",
            "closure",
            "fit",
            "id",
            "group");

    private static final String STANDARD = ".png";
    private static final String SILHOUETTE = "-silhouette.png";

    private final Path folder;
    private final boolean made;
    private final List<Path> added = new ArrayList<>();
    private boolean kept;

    private GarmentFiles(Path folder, boolean made) {
        this.folder = folder;
        this.made = made;
    }

    /**
     * Makes the folder if it is missing.
     *
     * @throws BadInputException if the folder cannot be used, or holds something and {@code force} is false
     */
    static GarmentFiles in(Path folder, boolean force) throws IOException {
        OutputPaths.requireWritableFolder(folder);
        if (!force && Files.isDirectory(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isPresent()) {
                    throw new BadInputException(
                            folder + " is not empty; give another folder, or --force to replace files in it");
                }
            }
        }
        boolean made = !Files.exists(folder);
        OutputPaths.makeFolder(folder);
        return new GarmentFiles(folder, made);
    }

    /** The names of the files that a garment's standard image and silhouette go to. */
    static List<String> names(String id) {
        return List.of(id + STANDARD, id + SILHOUETTE);
    }

    /**
     * Writes both pictures.
     *
     * @return their names, the standard image first
     */
    List<String> garment(String id, RgbImage standard, Silhouette silhouette, Map<String, String> text)
            throws IOException {
        return List.of(
                picture(id + STANDARD, standard, text), picture(id + SILHOUETTE, blackAndWhite(silhouette), text));
    }

    /** Writes a picture and returns its name. */
    String picture(String name, RgbImage image, Map<String, String> text) throws IOException {
        ImageFiles.writePng(claim(name), image, text);
        return name;
    }

    /** Writes a table: the columns' names and the rows, each a {@link #row}. */
    void table(String name, List<String> columns, List<String> rows) throws IOException {
        String text = CsvLine.join(columns) + "\n" + String.join("", rows);
        AtomicFiles.write(claim(name), text.getBytes(StandardCharsets.UTF_8));
    }

    /** What is there stays. */
    void keep() {
        kept = true;
    }

    @Override
    public void close() throws IOException {
        if (kept) {
            return;
        }
        for (Path file : added) {
            Files.deleteIfExists(file);
        }
        if (made) {
            Files.deleteIfExists(folder);
        }
    }

    private synchronized Path claim(String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            added.add(file);
        }
        return file;
    }

    /** One line of a table, its end included. */
    static String row(List<String> fields) {
        return CsvLine.join(fields) + "\n";
    }

    /** What every picture says of itself. */
    static Map<String, String> text(String id) {
        Map<String, String> text = new TreeMap<>();
        text.put("Software", "ragdiff " + Versions.ragdiff());
        text.put("ragdiff.garment", id);
        return text;
    }

    /** Category, sleeve, neckline, length, closure and fit. */
    static List<String> words(GarmentAttributes a) {
        return Stream.of(a.category(), a.sleeve(), a.neckline(), a.length(), a.closure(), a.fit())
                .map(GarmentFiles::word)
                .toList();
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static RgbImage blackAndWhite(Silhouette s) {
        byte[] rgb = new byte[3 * s.width() * s.height()];
        boolean[] inside = s.toArray();
        for (int i = 0; i < inside.length; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) (inside[i] ? 255 : 0));
        }
        return RgbImage.wrap(s.width(), s.height(), rgb);
    }
}
