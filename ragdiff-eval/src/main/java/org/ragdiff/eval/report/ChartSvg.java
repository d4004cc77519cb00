package org.ragdiff.eval.report;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.StringWriter;
import org.apache.batik.dom.GenericDOMImplementation;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;

/**
 * Draws charts with XChart as SVG whose colours are the page's, light or dark. On a Java without fonts there are no
 * charts: {@link #of} is empty then, with one line in the log. Stateless.
 */
final class ChartSvg {
    private static final Logger LOG = LoggerFactory.getLogger(ChartSvg.class);
    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final float CURVE_WIDTH = 2;
    /** Colours that stand for the page's, as no chart has them otherwise. */
    private static final Color TEXT = new Color(1, 2, 3);

    private static final Color LINE = new Color(4, 5, 6);
    private static final Color[] SERIES = {new Color(11, 12, 13), new Color(14, 15, 16), new Color(17, 18, 19)};
    private static final Color NONE = new Color(0, 0, 0, 0);

    private ChartSvg() {}

    /** The {@code svg} element, or an empty text. */
    static String of(ReportChart chart) {
        try {
            return paint(chart.series().get(0).categories().isEmpty() ? points(chart) : categories(chart));
        } catch (SVGGraphics2DIOException | RuntimeException | LinkageError | InternalError e) {
            LOG.warn("no chart \"{}\": {} (is a font package installed?)", chart.title(), e.toString());
            return "";
        }
    }

    private static Chart<?, ?> points(ReportChart chart) {
        XYChart out = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle(chart.xLabel())
                .yAxisTitle(chart.yLabel())
                .build();
        style(out.getStyler());
        out.getStyler().setMarkerSize(7);
        if (chart.diagonal()) {
            double low = extreme(chart, true);
            double high = extreme(chart, false);
            double margin = Math.max(1e-6, 0.05 * (high - low));
            out.getStyler().setXAxisMin(low - margin);
            out.getStyler().setXAxisMax(high + margin);
            out.getStyler().setYAxisMin(low - margin);
            out.getStyler().setYAxisMax(high + margin);
            double[] ends = {low - margin, high + margin};
            XYSeries line = out.addSeries("equal", ends, ends);
            line.setMarker(SeriesMarkers.NONE).setLineColor(LINE).setShowInLegend(false);
        }
        for (int i = 0; i < chart.series().size(); i++) {
            ReportChart.Series s = chart.series().get(i);
            XYSeries drawn = out.addSeries(s.name(), s.x(), s.y());
            Color colour = SERIES[i % SERIES.length];
            if (s.joined()) {
                drawn.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
                drawn.setMarker(SeriesMarkers.NONE).setLineColor(colour).setLineWidth(CURVE_WIDTH);
            } else {
                drawn.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
                drawn.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour);
            }
        }
        out.getStyler().setLegendVisible(chart.series().size() > 1);
        return out;
    }

    private static double extreme(ReportChart chart, boolean low) {
        var all = chart.series().stream()
                .flatMap(s -> java.util.stream.Stream.concat(s.x().stream(), s.y().stream()))
                .mapToDouble(Double::doubleValue);
        return (low ? all.min() : all.max()).orElse(0);
    }

    private static Chart<?, ?> categories(ReportChart chart) {
        CategoryChart out = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle(chart.xLabel())
                .yAxisTitle(chart.yLabel())
                .build();
        style(out.getStyler());
        out.getStyler().setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter);
        out.getStyler().setMarkerSize(9);
        out.getStyler().setErrorBarsColor(SERIES[2]);
        out.getStyler().setXAxisLabelRotation(chart.series().get(0).categories().size() > 5 ? 30 : 0);
        for (int i = 0; i < chart.series().size(); i++) {
            ReportChart.Series s = chart.series().get(i);
            CategorySeries drawn = s.errors().isEmpty()
                    ? out.addSeries(s.name(), s.categories(), s.y())
                    : out.addSeries(s.name(), s.categories(), s.y(), s.errors());
            drawn.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(SERIES[i % SERIES.length]);
        }
        out.getStyler().setLegendVisible(chart.series().size() > 1);
        return out;
    }

    private static void style(AxesChartStyler s) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        s.setChartBackgroundColor(NONE);
        s.setPlotBackgroundColor(NONE);
        s.setPlotBorderColor(LINE);
        s.setPlotGridLinesColor(LINE);
        s.setChartFontColor(TEXT);
        s.setAxisTickLabelsColor(TEXT);
        s.setXAxisTickMarksColor(LINE);
        s.setYAxisTickMarksColor(LINE);
        s.setAxisTitleFont(font);
        s.setAxisTickLabelsFont(font);
        s.setLegendFont(font);
        s.setLegendBackgroundColor(NONE);
        s.setLegendBorderColor(NONE);
        s.setLegendPosition(LegendPosition.OutsideS);
        s.setChartTitleVisible(false);
    }

    private static String paint(Chart<?, ?> chart) throws SVGGraphics2DIOException {
        Document document = GenericDOMImplementation.getDOMImplementation()
                .createDocument("http://www.w3.org/2000/svg", "svg", null);
        SVGGraphics2D graphics = new SVGGraphics2D(document);
        graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
        chart.paint(graphics, WIDTH, HEIGHT);
        StringWriter out = new StringWriter();
        graphics.stream(out, false);
        String svg = out.toString();
        return colours(svg.substring(svg.indexOf("<svg")))
                .replaceFirst("<svg ", "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\" ");
    }

    private static String colours(String svg) {
        return svg.replace(rgb(TEXT), "currentColor")
                .replace(rgb(LINE), "var(--line)")
                .replace(rgb(SERIES[0]), "var(--accent)")
                .replace(rgb(SERIES[1]), "var(--negative)")
                .replace(rgb(SERIES[2]), "var(--quiet)");
    }

    private static String rgb(Color c) {
        return "rgb(" + c.getRed() + "," + c.getGreen() + "," + c.getBlue() + ")";
    }
}
