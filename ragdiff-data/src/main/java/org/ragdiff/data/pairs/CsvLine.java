package org.ragdiff.data.pairs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One line of comma-separated values (RFC 4180, without line breaks inside of fields). Stateless. */
public final class CsvLine {
    private CsvLine() {}

    /**
     * The line of these fields, those with commas, quotes or spaces at an end in quotes; what {@link #split}
     * takes apart again.
     *
     * @throws IllegalArgumentException if a field holds a line break
     */
    public static String join(List<String> fields) {
        return fields.stream().map(CsvLine::field).collect(Collectors.joining(","));
    }

    private static String field(String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a field of a table cannot hold a line break: \"" + text + "\"");
        }
        boolean plain = text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.equals(text.strip());
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /**
     * @throws IllegalArgumentException if quotes are not closed or stand inside a plain field
     */
    public static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (at <= line.length()) {
            StringBuilder field = new StringBuilder();
            if (at < line.length() && line.charAt(at) == '"') {
                at = quoted(line, at + 1, field);
                if (at < line.length() && line.charAt(at) != ',') {
                    throw new IllegalArgumentException("text after the closing quote at column " + (at + 1));
                }
            } else {
                int end = line.indexOf(',', at);
                end = end < 0 ? line.length() : end;
                field.append(line, at, end);
                if (field.indexOf("\"") >= 0) {
                    throw new IllegalArgumentException(
                            "a quote inside of \"" + field + "\": put the field in quotes and double those inside");
                }
                at = end;
            }
            fields.add(field.toString());
            at++;
        }
        return fields;
    }

    /** Reads up to the closing quote; returns the position after it. */
    private static int quoted(String line, int from, StringBuilder field) {
        int at = from;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c != '"') {
                field.append(c);
            } else if (at < line.length() && line.charAt(at) == '"') {
                field.append('"');
                at++;
            } else {
                return at;
            }
        }
        throw new IllegalArgumentException("a quote is not closed");
    }
}
