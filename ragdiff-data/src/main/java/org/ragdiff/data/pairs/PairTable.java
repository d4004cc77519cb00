package org.ragdiff.data.pairs;

import java.io.IOException;
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

/**
 * A table of pairs: comma-separated, UTF-8, names of columns in the first line, in any order, fields with commas or
 * quotes in double quotes. Paths are relative to the table; attributes are constants of {@link GarmentAttributes} in
 * any case, or empty. Immutable.
 */
public final class PairTable {
    private static final int LARGEST = 64 << 20;

    private final Path file;
    private final Set<String> columns;
    private final List<Row> rows;

    private PairTable(Path file, Set<String> columns, List<Row> rows) {
        this.file = file;
        this.columns = columns;
        this.rows = List.copyOf(rows);
    }

    /**
     * @param required columns that have to be there
     * @param known all columns that may be
     * @throws IOException if the file cannot be read or is not such a table; the message gives the line
     */
    public static PairTable read(Path file, List<String> required, List<String> known) throws IOException {
        List<String> lines = lines(file);
        List<String> names = lines.isEmpty() ? List.of() : names(file, lines.get(0));
        Set<String> columns = new LinkedHashSet<>(names);
        if (columns.size() != names.size() || !columns.containsAll(required) || !known.containsAll(columns)) {
            throw new IOException(file + ": the first line must be " + String.join(",", required)
                    + optional(required, known) + ", got " + (lines.isEmpty() ? "an empty file" : lines.get(0)));
        }
        List<Row> rows = new ArrayList<>();
        Path folder = file.toAbsolutePath().getParent();
        for (int i = 1; i < lines.size(); i++) {
            List<String> fields;
            try {
                fields = CsvLine.split(lines.get(i));
                if (fields.size() != names.size()) {
                    throw new IllegalArgumentException("it has " + fields.size() + " fields, expected " + names.size());
                }
            } catch (IllegalArgumentException e) {
                throw at(file, i + 1, e);
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int c = 0; c < fields.size(); c++) {
                row.put(names.get(c), fields.get(c).strip());
            }
            rows.add(new Row(i + 1, folder, row));
        }
        if (rows.isEmpty()) {
            throw new IOException(file + " lists no pairs");
        }
        return new PairTable(file, columns, rows);
    }

    private static List<String> names(Path file, String first) throws IOException {
        try {
            return CsvLine.split(withoutMark(first).strip());
        } catch (IllegalArgumentException e) {
            throw at(file, 1, e);
        }
    }

    private static String optional(List<String> required, List<String> known) {
        List<String> others = known.stream().filter(c -> !required.contains(c)).toList();
        return others.isEmpty() ? "" : " and any of " + String.join(",", others);
    }

    private static List<String> lines(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no table of pairs at " + file + ": make one with `ragdiff data synth --pairs`");
        }
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " has more than " + LARGEST + " bytes, expected a table of pairs");
        }
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is no UTF-8 text, expected a table of pairs", e);
        }
    }

    /** Spreadsheets write a byte order mark in front of UTF-8. */
    private static String withoutMark(String line) {
        return line.startsWith("\ufeff") ? line.substring(1) : line;
    }

    /** An error of a row, with the table's name and the line. */
    public IOException at(Row row, IllegalArgumentException e) {
        return at(file, row.line(), e);
    }

    private static IOException at(Path file, int line, IllegalArgumentException e) {
        return new IOException(file + ": line " + line + ": " + e.getMessage(), e);
    }

    public Path file() {
        return file;
    }

    /** At least one. */
    public List<Row> rows() {
        return rows;
    }

    public boolean has(String column) {
        return columns.contains(column);
    }

    /**
     * One line. Its methods throw {@link IllegalArgumentException} for values that are not valid.
     *
     * @param line from 1
     * @param folder that paths are relative to
     * @param fields by column, without blanks around them
     */
    public record Row(int line, Path folder, Map<String, String> fields) {
        /** Empty if the table has no such column. */
        public String text(String column) {
            return fields.getOrDefault(column, "");
        }

        /** A file that need not be there. */
        public Path path(String column) {
            String text = text(column);
            try {
                if (text.isEmpty()) {
                    throw new IllegalArgumentException(column + " is empty, expected a file");
                }
                return folder.resolve(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(column + " \"" + text + "\" is no path", e);
            }
        }

        /** A file that has to be there. */
        public Path file(String column) {
            Path file = path(column);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(column + " \"" + text(column) + "\" is no file in " + folder);
            }
            return file;
        }

        public GarmentAttributes attributes() {
            return new GarmentAttributes(
                    constant("category", GarmentAttributes.Category.values()),
                    constant("sleeve", GarmentAttributes.Sleeve.values()),
                    constant("neckline", GarmentAttributes.Neckline.values()),
                    constant("length", GarmentAttributes.Length.values()),
                    constant("closure", GarmentAttributes.Closure.values()),
                    constant("fit", GarmentAttributes.Fit.values()));
        }

        private <E extends Enum<E>> E constant(String column, E[] values) {
            String text = text(column);
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

        /** In [0, 1]. */
        public double share(String column) {
            double value;
            try {
                value = Double.parseDouble(text(column));
            } catch (NumberFormatException e) {
                value = Double.NaN;
            }
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException(
                        column + " is \"" + text(column) + "\", expected a number in [0, 1]");
            }
            return value;
        }
    }
}
