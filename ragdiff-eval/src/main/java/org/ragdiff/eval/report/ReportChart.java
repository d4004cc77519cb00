package org.ragdiff.eval.report;

import java.util.List;
import java.util.Objects;

/**
 * A chart as data, drawn by {@link ChartSvg}. Immutable.
 *
 * @param title above it
 * @param xLabel of the axis
 * @param yLabel of the axis
 * @param series drawn in this order
 * @param diagonal whether the line y = x is drawn, both axes sharing their range
 */
public record ReportChart(String title, String xLabel, String yLabel, List<Series> series, boolean diagonal) {
    /**
     * Points; either all have a category in place of x, or none.
     *
     * @param name in the legend
     * @param categories names along the x axis, or empty
     * @param x values, or empty
     * @param y values
     * @param errors half widths of the intervals around y, or empty
     * @param joined whether points in the plane are a line, in place of dots
     */
    public record Series(
            String name, List<String> categories, List<Double> x, List<Double> y, List<Double> errors, boolean joined) {
        public Series {
            Objects.requireNonNull(name, "name");
            categories = List.copyOf(categories);
            x = List.copyOf(x);
            y = List.copyOf(y);
            errors = List.copyOf(errors);
            int n = y.size();
            if (n == 0 || categories.size() + x.size() != n || !(errors.isEmpty() || errors.size() == n)) {
                throw new IllegalArgumentException("series \"" + name + "\" has " + n + " values, " + x.size()
                        + " places, " + categories.size() + " categories and " + errors.size() + " intervals");
            }
        }

        /** Points in the plane. */
        public static Series points(String name, List<Double> x, List<Double> y) {
            return new Series(name, List.of(), x, y, List.of(), false);
        }

        /** A line through points in the plane. */
        public static Series curve(String name, List<Double> x, List<Double> y) {
            return new Series(name, List.of(), x, y, List.of(), true);
        }

        /** A value with an interval for each category. */
        public static Series intervals(String name, List<String> categories, List<Double> y, List<Double> errors) {
            return new Series(name, categories, List.of(), y, errors, false);
        }
    }

    public ReportChart {
        Objects.requireNonNull(title, "title");
        series = List.copyOf(series);
        if (series.isEmpty()) {
            throw new IllegalArgumentException("chart \"" + title + "\" has no series");
        }
    }
}
