package org.ragdiff.eval.report;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The worst and the best garments by one figure, as links to their sections. Stateless. */
final class ExtremesHtml {
    private static final int EACH = 4;

    private ExtremesHtml() {}

    /** @param garments those with sections, in order; ones without the figure are passed over */
    static void write(List<GarmentCard> garments, String figure, StringBuilder out) throws IOException {
        List<Integer> order = IntStream.range(0, garments.size())
                .filter(i -> garments.get(i).figures().containsKey(figure))
                .boxed()
                .sorted(Comparator.comparingDouble(
                        i -> garments.get(i).figures().get(figure)))
                .toList();
        if (order.size() < 2) {
            return;
        }
        int each = Math.min(EACH, order.size() / 2);
        out.append("<section class=\"panel\" id=\"extremes\">\n<h2>Worst and best by ")
                .append(HtmlReport.escape(figure))
                .append("</h2>\n");
        tiles("Worst", order.subList(0, each), garments, figure, out);
        tiles("Best", order.subList(order.size() - each, order.size()), garments, figure, out);
        out.append("</section>\n");
    }

    private static void tiles(
            String title, List<Integer> which, List<GarmentCard> garments, String figure, StringBuilder out)
            throws IOException {
        out.append("<h3>").append(title).append("</h3>\n<ol class=\"extremes\">\n");
        for (int i : which) {
            GarmentCard g = garments.get(i);
            out.append("<li><a href=\"#garment-")
                    .append(i + 1)
                    .append("\"><img alt=\"")
                    .append(HtmlReport.escape(g.id()))
                    .append("\" src=\"")
                    .append(DataUri.photo(g.result(), DataUri.TILE_SIDE))
                    .append("\"><b>")
                    .append(HtmlReport.number(g.figures().get(figure), 3))
                    .append("</b></a></li>\n");
        }
        out.append("</ol>\n");
    }
}
