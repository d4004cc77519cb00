package org.ragdiff.eval;

/** Fields of CSV tables (RFC 4180). Stateless. */
public final class CsvField {
    private CsvField() {}

    /** The field, in quotes where it needs them. */
    public static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
