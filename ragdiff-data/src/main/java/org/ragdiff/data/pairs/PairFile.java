package org.ragdiff.data.pairs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;

/**
 * Pairs listed in a table: comma-separated, UTF-8, the columns of {@link #COLUMNS} in this order, fields with
 * commas or quotes in double quotes. Paths are relative to the table; silhouettes are light inside; attributes
 * are constants of {@link GarmentAttributes} in any case, or empty; an empty group is the id. Pictures are
 * read when they are asked for. Immutable and thread-safe.
 */
public final class PairFile implements PairSource {
    /** Of the first line. */
    public static final List<String> COLUMNS = List.of(
            "wild",
            "standard",
            "silhouette",
            "category",
            "sleeve",
            "neckline",
            "length",
            "closure",
            "fit",
            "id",
            "group",
            "hiddenShare");

    private static final int LARGEST = 64 << 20;

    private final Path table;
    private final List<Row> rows;
    private final String fingerprint;

    private record Row(
            int line,
            Path wild,
            Path standard,
            Path silhouette,
            GarmentAttributes attributes,
            String id,
            String group,
            double hiddenShare) {}

    private PairFile(Path table, List<Row> rows, String fingerprint) {
        this.table = table;
        this.rows = rows;
        this.fingerprint = fingerprint;
    }

    /**
     * @throws IOException if the table cannot be read, is not valid or names a file that is not there; the message
     *     gives the line
     */
    public static PairFile open(Path table) throws IOException {
        if (!Files.isRegularFile(table)) {
            throw new IOException("no table of pairs at " + table + ": make one with `ragdiff data synth --pairs`");
        }
        if (Files.size(table) > LARGEST) {
            throw new IOException(table + " has more than " + LARGEST + " bytes, expected a table of pairs");
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(table);
        } catch (CharacterCodingException e) {
            throw new IOException(table + " is no UTF-8 text, expected a table of pairs", e);
        }
        if (lines.isEmpty() || !lines.get(0).strip().equals(String.join(",", COLUMNS))) {
            throw new IOException(table + ": the first line must be " + String.join(",", COLUMNS) + ", got "
                    + (lines.isEmpty() ? "an empty file" : lines.get(0)));
        }
        List<Row> rows = new ArrayList<>();
        Set<Path> files = new LinkedHashSet<>();
        Path folder = table.toAbsolutePath().getParent();
        for (int i = 1; i < lines.size(); i++) {
            try {
                Row row = row(i + 1, CsvLine.split(lines.get(i)), folder);
                rows.add(row);
                files.addAll(List.of(row.wild(), row.standard(), row.silhouette()));
            } catch (IllegalArgumentException e) {
                throw new IOException(table + ": line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (rows.isEmpty()) {
            throw new IOException(table + " lists no pairs");
        }
        String content = Sha256.of(table) + Sha256.of(folder, files);
        return new PairFile(
                table, List.copyOf(rows), "pairs-" + Sha256.of(content).substring(0, 16));
    }

    private static Row row(int line, List<String> fields, Path folder) {
        if (fields.size() != COLUMNS.size()) {
            throw new IllegalArgumentException("it has " + fields.size() + " fields, expected " + COLUMNS.size());
        }
        Map<String, String> at = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            at.put(COLUMNS.get(i), fields.get(i).strip());
        }
        GarmentAttributes attributes = new GarmentAttributes(
                constant(at, "category", GarmentAttributes.Category.values()),
                constant(at, "sleeve", GarmentAttributes.Sleeve.values()),
                constant(at, "neckline", GarmentAttributes.Neckline.values()),
                constant(at, "length", GarmentAttributes.Length.values()),
                constant(at, "closure", GarmentAttributes.Closure.values()),
                constant(at, "fit", GarmentAttributes.Fit.values()));
        String id = at.get("id");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id is empty, every garment needs one");
        }
        String group = at.get("group").isEmpty() ? id : at.get("group");
        return new Row(
                line,
                file(at, "wild", folder),
                file(at, "standard", folder),
                file(at, "silhouette", folder),
                attributes,
                id,
                group,
                share(at.get("hiddenShare")));
    }

    private static Path file(Map<String, String> at, String column, Path folder) {
        String text = at.get(column);
        try {
            Path file = folder.resolve(text);
            if (text.isEmpty() || !Files.isRegularFile(file)) {
                throw new IllegalArgumentException(column + " \"" + text + "\" is no file in " + folder);
            }
            return file;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(column + " \"" + text + "\" is no path", e);
        }
    }

    private static <E extends Enum<E>> E constant(Map<String, String> at, String column, E[] values) {
        String text = at.get(column);
        if (text.isEmpty()) {
            return values[0];
        }
        for (E value : values) {
            if (value.name().equals(text.toUpperCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                column + " is \"" + text + "\", expected one of " + Arrays.toString(values) + " or nothing");
    }

    private static double share(String text) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("hiddenShare is \"" + text + "\", expected a number in [0, 1]");
        }
        return value;
    }

    @Override
    public int garments() {
        return rows.size();
    }

    /**
     * @throws UncheckedIOException if a picture cannot be read or does not fit the others
     */
    @Override
    public GarmentPair pair(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be at least 0, got " + index);
        }
        Row row = rows.get((int) (index % rows.size()));
        try {
            RgbImage standard = ImageFiles.read(row.standard());
            Silhouette silhouette = silhouette(ImageFiles.read(row.silhouette()));
            String what = null;
            if (standard.width() != standard.height()) {
                what = "the standard image is " + size(standard) + ", expected a square";
            } else if (silhouette.width() != standard.width() || silhouette.height() != standard.height()) {
                what = "the silhouette is " + silhouette.width() + "x" + silhouette.height() + ", the standard image "
                        + size(standard);
            } else if (silhouette.area() == 0) {
                what = "the silhouette is empty, expected light pixels inside the garment";
            }
            if (what != null) {
                throw new IOException(table + ": line " + row.line() + ": " + what);
            }
            return new GarmentPair(
                    ImageFiles.read(row.wild()),
                    standard,
                    silhouette,
                    row.attributes(),
                    row.id(),
                    row.group(),
                    row.hiddenShare());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static String size(RgbImage image) {
        return image.width() + "x" + image.height();
    }

    private static Silhouette silhouette(RgbImage image) {
        boolean[] inside = new boolean[image.width() * image.height()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = image.at(i % image.width(), i / image.width(), 1) >= 128;
        }
        return new Silhouette(image.width(), image.height(), inside);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
