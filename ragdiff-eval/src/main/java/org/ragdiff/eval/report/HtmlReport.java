package org.ragdiff.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.core.io.AtomicFiles;

/**
 * Writes a {@link ReportPage} as one HTML file: styles, script and pictures inside, nothing loaded from elsewhere;
 * light and dark, usable by keyboard and readable on a telephone, whole without its script. Stateless.
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
        return html(page, PageBudget.PAGE);
    }

    /** @param limit most characters, about */
    static String html(ReportPage page, long limit) throws IOException {
        StringBuilder out = new StringBuilder(1 << 16);
        head(page.title(), page.summary(), out);
        page.tables().stream().filter(t -> !t.rows().isEmpty()).forEach(t -> TableHtml.write(t, out));
        page.charts().forEach(c -> chart(c, out));
        garments(page, limit, out);
        provenance(page.provenance(), out);
        foot(out);
        return out.toString();
    }

    /** All up to the content, which {@link #foot} ends. */
    static void head(String title, List<String> summary, StringBuilder out) throws IOException {
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
                .append(escape(title))
                .append("</title>\n<style>\n")
                .append(resource("report.css"))
                .append("</style>\n</head>\n<body>\n<main>\n<header>\n<h1>")
                .append(escape(title))
                .append("</h1>\n");
        for (String paragraph : summary) {
            out.append("<p>").append(escape(paragraph)).append("</p>\n");
        }
        out.append("</header>\n");
    }

    static void foot(StringBuilder out) throws IOException {
        out.append("</main>\n<dialog id=\"enlarged\" aria-label=\"Enlarged picture\"><form method=\"dialog\">")
                .append("<button>Close</button></form><img alt=\"\"></dialog>\n<script>\n")
                .append(resource("report.js"))
                .append("</script>\n</body>\n</html>\n");
    }

    static void chart(ReportChart chart, StringBuilder out) {
        String svg = ChartSvg.of(chart);
        if (!svg.isEmpty()) {
            out.append("<section class=\"panel chart\">\n<h2>")
                    .append(escape(chart.title()))
                    .append("</h2>\n")
                    .append(svg)
                    .append("\n</section>\n");
        }
    }

    /** As many garments as there is room for, the worst and the best of them first. */
    private static void garments(ReportPage page, long limit, StringBuilder out) throws IOException {
        PageBudget budget = new PageBudget(limit);
        StringBuilder cards = new StringBuilder();
        int shown = 0;
        for (GarmentCard g : page.garments()) {
            StringBuilder card = new StringBuilder();
            GarmentHtml.write(g, shown + 1, budget.full(out.length() + cards.length()), card);
            if (!budget.fits(out.length() + cards.length(), card.length())) {
                break;
            }
            cards.append(card);
            shown++;
        }
        if (page.rankedBy() != null) {
            ExtremesHtml.write(page.garments().subList(0, shown), page.rankedBy(), out);
        }
        out.append(cards);
        if (shown < page.garments().size()) {
            out.append("<p class=\"omitted\">")
                    .append(page.garments().size() - shown)
                    .append(" more garments are left out to keep this page below ")
                    .append(limit / 1_000_000)
                    .append(" MB; the results' file has the figures of all.</p>\n");
        }
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

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from this build of ragdiff-eval");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
