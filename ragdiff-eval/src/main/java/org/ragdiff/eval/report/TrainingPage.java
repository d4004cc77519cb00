package org.ragdiff.eval.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ragdiff.core.io.AtomicFiles;

/**
 * A training as a page: {@code index.html} beside its {@code log.jsonl}, with curves, the newest picture grids of {@value
 * #GRIDS} and the recipe {@value #RECIPE}, if they are there. Nothing is loaded from elsewhere. Stateless.
 */
public final class TrainingPage {
    /** Folder of {@code step-NNNNNN.png} in that of the training. */
    public static final String GRIDS = "grids";
    /** Name of the recipe in the folder of the training. */
    public static final String RECIPE = "recipe.yaml";

    private static final int SHOWN_GRIDS = 4;
    private static final long LARGEST_GRID = 8 << 20;
    private static final long LARGEST_RECIPE = 1 << 20;
    private static final int POINTS = 400;
    /** Figures with a chart of their own, above those that are folded. */
    private static final Map<String, String> MAIN = main();

    private TrainingPage() {}

    private static Map<String, String> main() {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("loss", "Loss");
        titles.put("learningRate", "Learning rate");
        titles.put("gradientNorm", "Gradient norm");
        titles.put("imagesPerSecond", "Images per second");
        return titles;
    }

    /**
     * Writes the page at once or not at all.
     *
     * @param directory of a training
     * @return the page's file
     * @throws IOException if there is no log, or it cannot be read
     */
    public static Path write(Path directory) throws IOException {
        Path log = directory.resolve("log.jsonl");
        if (!Files.isRegularFile(log)) {
            throw new IOException("no log.jsonl in " + directory + ": name the folder that a recipe's out names");
        }
        Path page = directory.resolve("index.html");
        AtomicFiles.write(page, html(directory, TrainingCourse.read(log)).getBytes(StandardCharsets.UTF_8));
        return page;
    }

    private static String html(Path directory, TrainingCourse course) throws IOException {
        StringBuilder out = new StringBuilder(1 << 16);
        Path name = directory.toAbsolutePath().normalize().getFileName();
        HtmlReport.head("Training " + (name == null ? "" : name), summary(course), out);
        grids(directory, out);
        MAIN.forEach((figure, title) -> {
            TrainingCourse.Curve curve = course.training().get(figure);
            if (curve != null) {
                HtmlReport.chart(figure.equals("loss") ? loss(curve) : chart(title, figure, curve), out);
            }
        });
        course.validation().forEach((figure, curve) -> HtmlReport.chart(chart(figure, figure, curve), out));
        Set<String> others = new LinkedHashSet<>(course.training().keySet());
        others.removeAll(MAIN.keySet());
        if (!others.isEmpty()) {
            out.append("<details class=\"panel\">\n<summary>More figures</summary>\n");
            others.forEach(f -> HtmlReport.chart(chart(f, f, course.training().get(f)), out));
            out.append("</details>\n");
        }
        recipe(directory, out);
        HtmlReport.foot(out);
        return out.toString();
    }

    private static List<String> summary(TrainingCourse course) {
        List<String> out = new ArrayList<>();
        out.add("Step " + course.steps() + figure(course, "loss", ", loss %.4g")
                + figure(course, "imagesPerSecond", ", %.1f images per second")
                + figure(course, "secondsPerStep", ", %.3g s a step") + ".");
        if (!course.validation().isEmpty()) {
            StringBuilder held = new StringBuilder("Last validation:");
            course.validation().forEach((name, curve) -> held.append(held.charAt(held.length() - 1) == ':' ? " " : ", ")
                    .append(name)
                    .append(String.format(Locale.ROOT, " %.4g", curve.last())));
            out.add(held.append('.').toString());
        }
        return out;
    }

    private static String figure(TrainingCourse course, String name, String format) {
        TrainingCourse.Curve curve = course.training().get(name);
        return curve == null ? "" : String.format(Locale.ROOT, format, curve.last());
    }

    private static ReportChart loss(TrainingCourse.Curve loss) {
        TrainingCourse.Curve smooth =
                loss.smoothed(Math.max(5, loss.values().size() / 20.0)).thinned(POINTS);
        TrainingCourse.Curve raw = loss.thinned(POINTS);
        return new ReportChart(
                "Loss",
                "step",
                "loss",
                List.of(
                        ReportChart.Series.curve("smoothed", smooth.steps(), smooth.values()),
                        ReportChart.Series.points("as logged", raw.steps(), raw.values())),
                false);
    }

    private static ReportChart chart(String title, String figure, TrainingCourse.Curve curve) {
        TrainingCourse.Curve thin = curve.thinned(POINTS);
        return new ReportChart(
                title, "step", figure, List.of(ReportChart.Series.curve(figure, thin.steps(), thin.values())), false);
    }

    private static void grids(Path directory, StringBuilder out) throws IOException {
        Path folder = directory.resolve(GRIDS);
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> newest;
        try (Stream<Path> files = Files.list(folder)) {
            newest = files.filter(f -> f.getFileName().toString().matches("step-\\d{1,18}\\.png"))
                    .sorted(Comparator.comparingLong(TrainingPage::step).reversed())
                    .limit(SHOWN_GRIDS)
                    .toList();
        }
        for (Path grid : newest) {
            if (Files.size(grid) <= LARGEST_GRID) {
                String title = "Held-out garments after step " + step(grid);
                out.append("<section class=\"panel\">\n<h2>")
                        .append(title)
                        .append("</h2>\n<figure><img style=\"max-width:100%\" alt=\"")
                        .append(title)
                        .append("\" src=\"data:image/png;base64,")
                        .append(Base64.getEncoder().encodeToString(Files.readAllBytes(grid)))
                        .append(
                                "\"><figcaption>From left to right: photo, landmark, result, truth</figcaption></figure>\n"
                                        + "</section>\n");
            }
        }
    }

    private static long step(Path grid) {
        return Long.parseLong(grid.getFileName().toString().replaceAll("\\D", ""));
    }

    private static void recipe(Path directory, StringBuilder out) throws IOException {
        Path recipe = directory.resolve(RECIPE);
        if (Files.isRegularFile(recipe) && Files.size(recipe) <= LARGEST_RECIPE) {
            out.append("<section class=\"panel\">\n<h2>Recipe</h2>\n<div class=\"source\"><pre tabindex=\"0\">")
                    .append(HtmlReport.escape(Files.readString(recipe)))
                    .append("</pre></div>\n</section>\n");
        }
    }
}
