package org.ragdiff.eval.report;

import java.util.List;
import java.util.Objects;

/**
 * A table as data: shown in a page, where it can be sorted, and given away as CSV and LaTeX. Immutable; texts are
 * plain, writers escape them.
 *
 * @param title above it; also the name of its files
 * @param columns from left to right; the first names the rows
 * @param rows each with one cell for each column
 * @param folded whether a page shows the title alone at first
 */
public record DataTable(String title, List<Column> columns, List<List<Cell>> rows, boolean folded) {
    /** @param numeric whether its cells are numbers and stand on the right */
    public record Column(String label, boolean numeric) {}

    /**
     * @param text shown
     * @param sort what it is sorted by, or null for its text
     * @param main whether it stands out
     */
    public record Cell(String text, Double sort, boolean main) {
        public Cell {
            Objects.requireNonNull(text, "text");
        }

        /** Words. */
        public static Cell text(String text) {
            return new Cell(text, null, false);
        }

        /** A number as it is shown, sorted by its value. */
        public static Cell number(String text, double value) {
            return new Cell(text, Double.isNaN(value) ? null : value, false);
        }

        /** Nothing. */
        public static Cell empty() {
            return text("");
        }

        /** The same, standing out. */
        public Cell asMain() {
            return new Cell(text, sort, true);
        }
    }

    public DataTable {
        Objects.requireNonNull(title, "title");
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("table \"" + title + "\" has no columns, expected at least one");
        }
        rows = rows.stream().map(List::copyOf).toList();
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "table \"" + title + "\" has a row of " + row.size() + " cells, expected " + columns.size());
            }
        }
    }
}
