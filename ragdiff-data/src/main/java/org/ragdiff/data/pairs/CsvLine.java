package org.ragdiff.data.pairs;

import java.util.ArrayList;
import java.util.List;

/** One line of comma-separated values (RFC 4180, without line breaks inside of fields). Stateless. */
final class CsvLine {
    private CsvLine() {}

    /**
     * @throws IllegalArgumentException if quotes are not closed or stand inside a plain field
     */
    static List<String> split(String line) {
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
