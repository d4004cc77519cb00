package org.ragdiff.data.pairs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;

/**
 * A folder of photos of one garment each, with an optional table of labels beside it: {@code NAME.csv} for
 * the folder {@code NAME}, columns {@code path,label,kids,sender_id}, paths relative to the table. Photos
 * without a row have no label and are a group of their own. Stateless.
 */
public final class PhotoFolder {
    private static final int LARGEST_TABLE = 64 << 20;
    private static final List<String> COLUMNS = List.of("path", "label", "kids", "sender_id");
    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif");
    private static final Map<String, Category> CATEGORIES = Map.ofEntries(
            Map.entry("t-shirt", Category.T_SHIRT),
            Map.entry("longsleeve", Category.LONG_SLEEVE),
            Map.entry("shirt", Category.SHIRT),
            Map.entry("blouse", Category.SHIRT),
            Map.entry("polo", Category.POLO),
            Map.entry("top", Category.TOP),
            Map.entry("undershirt", Category.TOP),
            Map.entry("body", Category.BODY),
            Map.entry("hoodie", Category.HOODIE),
            Map.entry("blazer", Category.BLAZER),
            Map.entry("outwear", Category.OUTWEAR),
            Map.entry("dress", Category.DRESS),
            Map.entry("skirt", Category.SKIRT),
            Map.entry("pants", Category.PANTS),
            Map.entry("shorts", Category.SHORTS),
            Map.entry("shoes", Category.SHOES),
            Map.entry("hat", Category.HAT));

    private PhotoFolder() {}

    /**
     * @param file the photo
     * @param id its name without the ending
     * @param group its sender, or its id
     * @param label as the table has it; empty without a row
     * @param attributes the category if the label says one
     */
    public record Photo(Path file, String id, String group, String label, GarmentAttributes attributes) {}

    /**
     * The folder's photos, sorted by name.
     *
     * @throws IOException if the folder cannot be read, or a row of the table is not valid
     */
    public static List<Photo> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("no folder " + folder + ": give a folder of photos");
        }
        Map<String, String[]> rows = table(folder);
        List<Photo> photos = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(PhotoFolder::isPicture).sorted().toList()) {
                String name = file.getFileName().toString();
                String id = name.substring(0, name.lastIndexOf('.'));
                String[] row = rows.get(name);
                photos.add(
                        row == null
                                ? new Photo(file, id, id, "", GarmentAttributes.UNKNOWN)
                                : new Photo(file, id, "sender-" + row[3], row[1], attributes(row[1])));
            }
        }
        return photos;
    }

    private static GarmentAttributes attributes(String label) {
        return GarmentAttributes.of(CATEGORIES.getOrDefault(label.toLowerCase(Locale.ROOT), Category.UNKNOWN));
    }

    private static boolean isPicture(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
    }

    /** Rows by the photo's file name. */
    private static Map<String, String[]> table(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        Path file = absolute.resolveSibling(absolute.getFileName() + ".csv");
        Map<String, String[]> rows = new TreeMap<>();
        if (!Files.isRegularFile(file)) {
            return rows;
        }
        if (Files.size(file) > LARGEST_TABLE) {
            throw new IOException(file + " has more than " + LARGEST_TABLE + " bytes, expected a table of photos");
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !List.of(lines.get(0).split(",", -1)).equals(COLUMNS)) {
            throw new IOException(file + ": the first line must be " + String.join(",", COLUMNS) + ", got "
                    + (lines.isEmpty() ? "an empty file" : lines.get(0)));
        }
        for (int i = 1; i < lines.size(); i++) {
            String[] row = lines.get(i).split(",", -1);
            if (row.length != COLUMNS.size()) {
                throw new IOException(
                        file + ": line " + (i + 1) + " has " + row.length + " fields, expected " + COLUMNS.size());
            }
            rows.put(row[0].substring(row[0].lastIndexOf('/') + 1), row);
        }
        return rows;
    }
}
