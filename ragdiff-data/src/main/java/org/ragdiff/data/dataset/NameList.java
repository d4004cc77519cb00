package org.ragdiff.data.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lists of pairs as try-on data sets have them: names of files, separated by blanks, a pair a line. Stateless. */
final class NameList {
    private static final int LARGEST = 64 << 20;

    private NameList() {}

    /**
     * Names of at least two files; further fields follow.
     *
     * @param line from 1
     */
    record Row(int line, List<String> fields) {
        String photo() {
            return fields.get(0);
        }

        String garment() {
            return fields.get(1);
        }
    }

    /** @throws IOException if it cannot be read or a line is not valid; the message gives the line */
    static List<Row> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " has more than " + LARGEST + " bytes, expected a list of pairs");
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is no UTF-8 text, expected a list of pairs", e);
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            List<String> fields = List.of(line.split("\\s+"));
            if (fields.size() < 2 || fields.size() > 3 || !plain(fields.get(0)) || !plain(fields.get(1))) {
                throw new IOException(file + ": line " + (i + 1) + " is \"" + line
                        + "\", expected the names of two files, such as \"00001_00.jpg 00001_00.jpg\"");
            }
            rows.add(new Row(i + 1, fields));
        }
        return rows;
    }

    /** A name in a folder, not a path out of it. */
    private static boolean plain(String name) {
        return !name.contains("/") && !name.contains("\\") && !name.startsWith(".");
    }

    /** What of a name is before its first {@code _}, or before its ending. */
    static String stem(String name) {
        int end = name.indexOf('_') > 0 ? name.indexOf('_') : name.lastIndexOf('.');
        return end > 0 ? name.substring(0, end) : name;
    }

    /** The name with another ending. */
    static String withEnding(String name, String ending) {
        return (name.lastIndexOf('.') > 0 ? name.substring(0, name.lastIndexOf('.')) : name) + ending;
    }
}
