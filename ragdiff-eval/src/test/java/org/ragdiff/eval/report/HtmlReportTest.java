package org.ragdiff.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.eval.EvaluationResults;
import org.ragdiff.eval.GarmentResult;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.metric.Pictures;

class HtmlReportTest {
    static ReportPage example() {
        Silhouette shirt = Pictures.top(128, 0.3);
        RgbImage picture = Pictures.cloth(shirt, new int[] {40, 90, 160}, 8, 0, 1, 2);
        RgbImage other = Pictures.cloth(Pictures.trousers(128), new int[] {120, 60, 40}, 8, 0, 1, 2);
        SignedDistanceField field = SignedDistanceField.of(Pictures.top(64, 0.3));
        List<NeighbourTile> neighbours = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            neighbours.add(
                    new NeighbourTile("synth-" + i, SilhouettePicture.of(field, 64), 0.2 - 0.02 * i, 0.9 - 0.01 * i));
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("category", "long sleeve");
        attributes.put("neckline", "crew <b>&\"");
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("Silhouette IoU", 0.87);
        figures.put("… without retrieval", 0.71);
        List<GarmentCard> cards = List.of(
                new GarmentCard(
                        "Long sleeve <script>alert(1)</script>",
                        picture,
                        other,
                        attributes,
                        neighbours,
                        Map.of("Residual", 0.31),
                        SilhouettePicture.of(field, 128),
                        other,
                        picture,
                        picture,
                        figures),
                new GarmentCard(
                        "Only a photo", other, null, Map.of(), List.of(), Map.of(), null, null, other, null, Map.of()));
        List<GarmentResult> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            results.add(new GarmentResult(
                    "g" + i,
                    null,
                    0.2,
                    Map.of(
                            "silhouetteIou",
                            0.8 + 0.01 * i,
                            "silhouetteIouNoRetrieval",
                            0.7,
                            "silhouetteIouTop1",
                            0.75,
                            "psnr",
                            15.0 + i)));
        }
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("protocol", Protocol.V1.name());
        provenance.put("weights vae", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        EvaluationResults summary = EvaluationResults.of(Protocol.V1, 1, Map.of(), results);
        return new ReportPage(
                "RAGDiff demonstration",
                List.of("Photos of garments become standard flat-lay images."),
                List.of(
                        AverageTable.averages(AverageRow.of(summary)),
                        AverageTable.ablations(AverageRow.ablations(summary)),
                        StrataTable.of(summary.strata())),
                List.of(
                        new ReportChart(
                                "Points",
                                "without",
                                "with",
                                List.of(ReportChart.Series.points(
                                        "garments", List.of(0.7, 0.71, 0.6), List.of(0.8, 0.7, 0.9))),
                                true),
                        new ReportChart(
                                "Intervals",
                                "",
                                "IoU",
                                List.of(ReportChart.Series.intervals(
                                        "IoU", List.of("slle", "mean"), List.of(0.8, 0.75), List.of(0.01, 0.02))),
                                false)),
                cards,
                "Silhouette IoU",
                provenance);
    }

    @Test
    void pageIsWellFormedSelfContainedAndEscaped() throws Exception {
        String html = HtmlReport.html(example());
        String page = html.replaceAll("(?s)<script>.*?</script>", "").replaceAll("(?s)<style>.*?</style>", "");
        // SVG's name is no place that a browser goes to.
        assertThat(page.replace("http://www.w3.org/", ""))
                .doesNotContain("<script")
                .doesNotContain("http:")
                .doesNotContain("https:");
        assertThat(html).contains("&lt;script&gt;").contains("crew &lt;b&gt;&amp;&quot;");
        assertThat(Pattern.compile("(src|href)=\"(?!data:image/|#garment-)")
                        .matcher(html)
                        .find())
                .isFalse();
        assertThat(html).contains("prefers-color-scheme: dark").contains("width=device-width");
        // All but the void tags of the head closes like XML.
        String xml = page.replace("<!doctype html>", "").replaceAll("<(meta|img|input)([^>]*)>", "<$1$2/>");
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes("UTF-8")));
    }

    @Test
    void everyPictureDecodes() throws Exception {
        String html = HtmlReport.html(example());
        Matcher m = Pattern.compile("data:image/(png|jpeg);base64,([A-Za-z0-9+/=]+)")
                .matcher(html);
        int count = 0;
        while (m.find()) {
            assertThat(ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(m.group(2)))))
                    .isNotNull();
            count++;
        }
        // Six stages, of which one has two pictures; neighbours; photo and result of the second card.
        assertThat(count).isEqualTo(7 + 16 + 2);
        assertThat(html.split("<figure", -1)).hasSize(1 + 6 + 2);
    }

    @Test
    void averagesShowBothSidesAndTheirTest() throws Exception {
        String html = HtmlReport.html(example());
        assertThat(html)
                .contains("Silhouette IoU")
                .contains(">0.700<")
                .contains(">0.855<")
                .contains("p (paired)");
        assertThat(html).contains("PSNR, dB").doesNotContain("silhouetteIouNoRetrieval");
        int folded = html.indexOf("<details class=\"panel\">");
        assertThat(folded).isGreaterThan(html.indexOf("PSNR, dB"));
        assertThat(html.substring(folded))
                .contains("Silhouette IoU: nearest entry alone")
                .contains(">0.750<")
                .containsPattern(
                        "10 to 25 %</th><td[^>]*>12</td><td[^>]*>0.700</td><td class=\"main\"[^>]*>0.855</td>");
    }

    @Test
    void aPageStaysBelowItsLimit() throws Exception {
        ReportPage one = example();
        List<GarmentCard> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(one.garments().get(0));
        }
        ReportPage page = new ReportPage(
                one.title(), one.summary(), List.of(), List.of(), many, "Silhouette IoU", one.provenance());
        int all = HtmlReport.html(page).length();

        String html = HtmlReport.html(page, all / 2);

        assertThat(html.length()).isLessThan(all / 2).isGreaterThan(all / 4);
        assertThat(html).contains("more garments are left out").contains("id=\"garment-1\"");
    }

    @Test
    void chartsTakeThePagesColours() {
        example().charts().forEach(chart -> {
            String svg = ChartSvg.of(chart);
            assertThat(svg).startsWith("<svg").contains("currentColor").contains("var(--line)");
            assertThat(svg).contains("var(--accent)").doesNotContain("rgb(1,2,3)");
        });
    }

    @Test
    void writesTheFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("out/index.html");
        HtmlReport.write(file, example());
        assertThat(Files.readString(file)).startsWith("<!doctype html>").endsWith("</html>\n");
    }

    @Test
    void contactSheetPlacesPicturesInCells() {
        RgbImage red = solid(20, 10, 255, 0, 0);
        RgbImage blue = solid(10, 20, 0, 0, 255);
        RgbImage sheet = ContactSheet.grid(List.of(red, blue, red), 2, 20);
        assertThat(sheet.width()).isEqualTo(6 + 2 * 26);
        assertThat(sheet.height()).isEqualTo(6 + 2 * 26);
        assertThat(sheet.at(6 + 10, 6 + 10, 0)).isEqualTo(255);
        assertThat(sheet.at(6 + 26 + 10, 6 + 10, 2)).isEqualTo(255);
        assertThat(sheet.at(6 + 26 + 1, 6 + 10, 2)).isEqualTo(232);
        assertThat(sheet.at(6 + 10, 6 + 26 + 10, 0)).isEqualTo(255);
        assertThat(sheet.at(6 + 36, 6 + 26 + 10, 0)).isEqualTo(232);
        assertThatThrownBy(() -> ContactSheet.grid(List.of(), 2, 20)).hasMessageContaining("empty");
    }

    @Test
    void silhouettePictureIsDarkInside() {
        RgbImage image = SilhouettePicture.of(SignedDistanceField.of(Pictures.box(64, 0.25, 0.25)), 128);
        assertThat(image.at(64, 64, 0)).isEqualTo(46);
        assertThat(image.at(4, 4, 0)).isEqualTo(255);
        assertThat(image.at(40, 64, 0)).isEqualTo(46);
        assertThat(image.at(24, 64, 0)).isEqualTo(255);
    }

    private static RgbImage solid(int w, int h, int r, int g, int b) {
        byte[] rgb = new byte[3 * w * h];
        for (int i = 0; i < w * h; i++) {
            rgb[3 * i] = (byte) r;
            rgb[3 * i + 1] = (byte) g;
            rgb[3 * i + 2] = (byte) b;
        }
        return RgbImage.wrap(w, h, rgb);
    }
}
