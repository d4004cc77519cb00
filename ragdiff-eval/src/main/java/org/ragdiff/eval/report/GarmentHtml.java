package org.ragdiff.eval.report;

import java.io.IOException;
import java.util.Map;
import org.ragdiff.core.RgbImage;

/** A garment's section of a page. Stateless. */
final class GarmentHtml {
    private GarmentHtml() {}

    /** @param full whether every picture can be enlarged to what it is */
    static void write(GarmentCard g, int number, boolean full, StringBuilder out) throws IOException {
        out.append("<section class=\"panel\" id=\"garment-").append(number).append("\">\n<h2>");
        out.append(HtmlReport.escape(g.id())).append("</h2>\n");
        if (!g.attributes().isEmpty()) {
            out.append("<ul class=\"chips\">");
            g.attributes().forEach((name, value) -> out.append("<li><span>")
                    .append(HtmlReport.escape(name))
                    .append("</span> ")
                    .append(HtmlReport.escape(value))
                    .append("</li>"));
            out.append("</ul>\n");
        }
        out.append("<div class=\"stages\">\n");
        Pictures pictures = new Pictures(full, out);
        pictures.photo("Photo", g.photo());
        pictures.stage("Aligned", g.aligned(), "");
        pictures.stage("Landmark", g.landmark(), "");
        pictures.stage("Without retrieval", g.withoutRetrieval(), "");
        if (g.truth() == null) {
            pictures.stage("With retrieval", g.result(), "best");
        } else {
            pictures.compared("With retrieval", g.result(), "Truth", g.truth());
            pictures.stage("Truth", g.truth(), "");
        }
        out.append("</div>\n");
        neighbours(g, out);
        if (!g.figures().isEmpty()) {
            out.append("<h3>Figures</h3>\n");
            figures(g.figures(), out);
        }
        out.append("</section>\n");
    }

    /** The pictures of one card. */
    private record Pictures(boolean full, StringBuilder out) {
        void photo(String caption, RgbImage image) throws IOException {
            String uri = DataUri.photo(image, full ? DataUri.PHOTO_SIDE : DataUri.THUMBNAIL_SIDE);
            figure(caption, "photo", enlarged(caption, uri));
        }

        void stage(String caption, RgbImage image, String kind) throws IOException {
            if (image != null) {
                figure(caption, kind, enlarged(caption, picture(image)));
            }
        }

        /** The first over the second, up to a place that is moved. */
        void compared(String caption, RgbImage over, String under, RgbImage image) throws IOException {
            String label = HtmlReport.escape(caption + " up to here, " + under.toLowerCase(java.util.Locale.ROOT));
            figure(
                    caption,
                    "best compare",
                    "<img alt=\"" + HtmlReport.escape(under) + "\" src=\"" + picture(image)
                            + "\"><img class=\"over\" alt=\"" + HtmlReport.escape(caption) + "\" src=\"" + picture(over)
                            + "\"><input type=\"range\" min=\"0\" max=\"100\" value=\"100\" aria-label=\"" + label
                            + " behind\">");
        }

        private String picture(RgbImage image) throws IOException {
            boolean small = Math.max(image.width(), image.height()) <= DataUri.THUMBNAIL_SIDE;
            return small || full ? DataUri.png(image) : DataUri.photo(image, DataUri.THUMBNAIL_SIDE);
        }

        private static String enlarged(String caption, String uri) {
            String alt = HtmlReport.escape(caption);
            return "<button type=\"button\" class=\"zoom\" aria-label=\"Enlarge: " + alt + "\"><img alt=\"" + alt
                    + "\" src=\"" + uri + "\"></button>";
        }

        private void figure(String caption, String kind, String content) {
            out.append("<figure")
                    .append(kind.isEmpty() ? "" : " class=\"" + kind + "\"")
                    .append("><div class=\"frame\">")
                    .append(content)
                    .append("</div><figcaption>")
                    .append(HtmlReport.escape(caption))
                    .append("</figcaption></figure>\n");
        }
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
                    .append(HtmlReport.escape(n.id()))
                    .append(", similarity ")
                    .append(HtmlReport.number(n.similarity(), 3))
                    .append("\"><img alt=\"")
                    .append(HtmlReport.escape(n.id()))
                    .append("\" src=\"")
                    .append(DataUri.png(n.picture()))
                    .append("\"><span class=\"bar")
                    .append(n.weight() < 0 ? " negative" : "")
                    .append("\"><i style=\"width:")
                    .append(String.format(java.util.Locale.ROOT, "%.1f", share))
                    .append("%\"></i></span><b>")
                    .append(HtmlReport.number(n.weight(), 3))
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
                .append(HtmlReport.escape(name))
                .append("</dt><dd>")
                .append(HtmlReport.number(value, 3))
                .append("</dd></div>"));
        out.append("</dl>\n");
    }
}
