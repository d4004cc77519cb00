package org.ragdiff.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.io.AtomicFiles;

/**
 * Writes a {@link ReportPage} as one HTML file: styles and pictures inside, no script, nothing loaded
 * from elsewhere; light and dark, and readable on a telephone. Stateless.
 */
public final class HtmlReport {
    private HtmlReport() {}

    /** Writes the page at once or not at all; makes the folder. */
    public static void write(Path target, ReportPage page) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        AtomicFiles.write(target, html(page).getBytes(StandardCharsets.UTF_8));
    }

    /** The page's text. */
    public static String html(ReportPage page) throws IOException {
        StringBuilder out = new StringBuilder(1 << 16);
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
                .append(escape(page.title()))
                .append("</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<main>\n<header>\n<h1>")
                .append(escape(page.title()))
                .append("</h1>\n");
        for (String paragraph : page.summary()) {
            out.append("<p>").append(escape(paragraph)).append("</p>\n");
        }
        out.append("</header>\n");
        AverageTable.write(page.averages(), page.ablations(), out);
        StrataTable.write(page.strata(), out);
        for (int i = 0; i < page.garments().size(); i++) {
            card(page.garments().get(i), i + 1, out);
        }
        provenance(page.provenance(), out);
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void card(GarmentCard g, int number, StringBuilder out) throws IOException {
        out.append("<section class=\"panel\" id=\"garment-").append(number).append("\">\n<h2>");
        out.append(escape(g.id())).append("</h2>\n");
        if (!g.attributes().isEmpty()) {
            out.append("<ul class=\"chips\">");
            g.attributes().forEach((name, value) -> out.append("<li><span>")
                    .append(escape(name))
                    .append("</span> ")
                    .append(escape(value))
                    .append("</li>"));
            out.append("</ul>\n");
        }
        out.append("<div class=\"stages\">\n");
        picture("Photo", DataUri.photo(g.photo()), "photo", out);
        stage("Landmark", g.landmark(), "", out);
        stage("Without retrieval", g.withoutRetrieval(), "", out);
        stage("With retrieval", g.result(), "best", out);
        stage("Truth", g.truth(), "", out);
        out.append("</div>\n");
        neighbours(g, out);
        if (!g.figures().isEmpty()) {
            out.append("<h3>Figures</h3>\n");
            figures(g.figures(), out);
        }
        out.append("</section>\n");
    }

    private static void neighbours(GarmentCard g, StringBuilder out) throws IOException {
        if (g.neighbours().isEmpty()) {
            return;
        }
        double largest = g.neighbours().stream()
                .mapToDouble(n -> Math.abs(n.weight()))
                .max()
                .orElse(1);
        out.append("<h3>Retrieved neighbours and their weights</h3>\n<ol class=\"neighbours\">\n");
        for (NeighbourTile n : g.neighbours()) {
            double share = largest == 0 ? 0 : 100 * Math.abs(n.weight()) / largest;
            out.append("<li title=\"")
                    .append(escape(n.id()))
                    .append(", similarity ")
                    .append(number(n.similarity(), 3))
                    .append("\"><img alt=\"")
                    .append(escape(n.id()))
                    .append("\" src=\"")
                    .append(DataUri.png(n.picture()))
                    .append("\"><span class=\"bar")
                    .append(n.weight() < 0 ? " negative" : "")
                    .append("\"><i style=\"width:")
                    .append(number(share, 1))
                    .append("%\"></i></span><b>")
                    .append(number(n.weight(), 3))
                    .append("</b></li>\n");
        }
        out.append("</ol>\n");
        figures(g.retrieval(), out);
    }

    private static void figures(Map<String, Double> figures, StringBuilder out) {
        if (figures.isEmpty()) {
            return;
        }
        out.append("<dl class=\"figures\">");
        figures.forEach((name, value) -> out.append("<div><dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(number(value, 3))
                .append("</dd></div>"));
        out.append("</dl>\n");
    }

    private static void stage(String caption, RgbImage image, String kind, StringBuilder out) throws IOException {
        if (image != null) {
            picture(caption, DataUri.png(image), kind, out);
        }
    }

    private static void picture(String caption, String uri, String kind, StringBuilder out) {
        out.append("<figure").append(kind.isEmpty() ? "" : " class=\"" + kind + "\"");
        out.append("><div class=\"frame\"><img alt=\"").append(escape(caption)).append("\" src=\"");
        out.append(uri).append("\"></div><figcaption>").append(escape(caption)).append("</figcaption></figure>\n");
    }

    private static void provenance(Map<String, String> provenance, StringBuilder out) {
        if (provenance.isEmpty()) {
            return;
        }
        out.append("<section class=\"panel\">\n<h2>How this page was made</h2>\n<dl class=\"provenance\">\n");
        provenance.forEach((name, value) -> out.append("<dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd>\n"));
        out.append("</dl>\n</section>\n");
    }

    /** With a true minus sign. */
    static String number(double value, int decimals) {
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.replace('-', '−');
    }

    /** Text for element content and double-quoted attributes. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String style() throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IOException("report.css is missing from this build of ragdiff-eval");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
