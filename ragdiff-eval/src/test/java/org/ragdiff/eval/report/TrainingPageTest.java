package org.ragdiff.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class TrainingPageTest {
    @TempDir
    Path directory;

    private void log(String... lines) throws IOException {
        Files.write(directory.resolve("log.jsonl"), List.of(lines));
    }

    private void grid(int step) throws IOException {
        Files.createDirectories(directory.resolve("grids"));
        BufferedImage image = new BufferedImage(8, 4, BufferedImage.TYPE_INT_RGB);
        image.setRGB(step % 8, 1, 0xff00ff);
        ImageIO.write(
                image,
                "png",
                directory
                        .resolve("grids")
                        .resolve(String.format("step-%06d.png", step))
                        .toFile());
    }

    @Test
    void showsCurvesGridsAndRecipeAndLoadsNothing() throws Exception {
        String[] lines = new String[41];
        for (int i = 0; i < 40; i++) {
            lines[i] = "{\"step\":" + (i + 1) + ",\"loss\":" + (1.0 / (i + 1))
                    + ",\"gradientNorm\":0.5,\"learningRate\":1.0E-4,\"imagesPerSecond\":20.5,\"contrastive\":0.1}";
        }
        lines[40] = "{\"step\":40,\"heldOutPsnr\":21.5,\"heldOutIou\":0.75}";
        log(lines);
        for (int step : new int[] {10, 20, 30, 40, 100}) {
            grid(step);
        }
        Files.writeString(directory.resolve("grids/notes.txt"), "no grid");
        Files.writeString(directory.resolve("recipe.yaml"), "out: <b>&\nsteps: 40\n");
        assertThat(TrainingPage.write(directory)).isEqualTo(directory.resolve("index.html"));
        String html = Files.readString(directory.resolve("index.html"));
        assertThat(html)
                .contains("Step 40, loss 0.02500, 20.5 images per second.")
                .contains("Last validation: heldOutPsnr 21.50, heldOutIou 0.7500.")
                .contains("<h2>Loss</h2>", "<h2>Learning rate</h2>", "<h2>Gradient norm</h2>")
                .contains("<h2>Images per second</h2>", "<h2>heldOutPsnr</h2>", "<h2>heldOutIou</h2>")
                .contains("<summary>More figures</summary>\n<section class=\"panel chart\">\n<h2>contrastive</h2>")
                .contains("out: &lt;b&gt;&amp;\nsteps: 40");
        assertThat(Pattern.compile("Held-out garments after step (\\d+)</h2>")
                        .matcher(html)
                        .results()
                        .map(m -> m.group(1)))
                .containsExactly("100", "40", "30", "20");
        assertThat(Pattern.compile("(src|href)=\"(?!data:image/)").matcher(html).find())
                .isFalse();
        String page = html.replaceAll("(?s)<script>.*?</script>", "").replaceAll("(?s)<style>.*?</style>", "");
        assertThat(page.replace("http://www.w3.org/", ""))
                .doesNotContain("http:")
                .doesNotContain("https:");
        String xml = page.replace("<!doctype html>", "").replaceAll("<(meta|img|input)([^>]*)>", "<$1$2/>");
        Document parsed = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes("UTF-8")));
        assertThat(parsed.getElementsByTagName("svg").getLength()).isEqualTo(7);
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("log.jsonl", "index.html", "recipe.yaml", "grids");
        }
    }

    @Test
    void aLogAloneIsEnoughAndALastLineMayBeCutShort() throws IOException {
        log("{\"step\":20,\"loss\":0.5}", "{\"step\":40,\"loss\":0.2");
        assertThat(Files.readString(TrainingPage.write(directory))).contains("Step 20, loss 0.5000.");
        log("{\"step\":20,\"loss\":\"NaN\"}");
        assertThat(Files.readString(TrainingPage.write(directory))).contains("Step 20.");
        log();
        assertThat(Files.readString(TrainingPage.write(directory))).contains("Step 0.");
    }

    @Test
    void aDamagedOrMissingLogIsRefused() throws IOException {
        assertThatThrownBy(() -> TrainingPage.write(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no log.jsonl in ");
        log("{\"step\":20,\"loss\":0.5}", "nonsense", "{\"step\":40,\"loss\":0.2}");
        assertThatThrownBy(() -> TrainingPage.write(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2 is no JSON object with a step");
        assertThat(directory.resolve("index.html")).doesNotExist();
    }

    /** A constant stays itself from its first value on, and thinning keeps the mean. */
    @Test
    void smoothingHasNoPullToZeroAndThinningKeepsTheMean() throws IOException {
        String[] lines = new String[1000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "{\"step\":" + i + ",\"loss\":" + (3 + i % 2) + ",\"rate\":7}";
        }
        log(lines);
        TrainingCourse course = TrainingCourse.read(directory.resolve("log.jsonl"));
        assertThat(course.training().get("rate").smoothed(50).values()).allMatch(v -> Math.abs(v - 7) < 1e-9);
        TrainingCourse.Curve thin = course.training().get("loss").thinned(100);
        assertThat(thin.values()).hasSize(100).allMatch(v -> Math.abs(v - 3.5) < 1e-9);
        assertThat(thin.steps().get(0)).isEqualTo(4.5);
        assertThat(DoubleStream.of(course.training().get("loss").smoothed(20).last())
                        .sum())
                .isCloseTo(3.5, within(0.05));
    }
}
