package org.ragdiff.cli.retrieval;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.eval.stat.MeanInterval;

/** The results as a page of Markdown tables. Stateless. */
final class RetrievalPage {
    static final Map<String, String> AGGREGATORS = Map.of(
            "slle-field", "SLLE on the decoded field, fields blended",
            "decoded", "field read off the photo, no database",
            "mean", "mean of the 16 nearest fields",
            "slle", "SLLE on embeddings, fields blended",
            "slle-nearest", "SLLE, silhouette of the entry nearest to ê (the paper)",
            "slle-mask", "SLLE, masks averaged and cut at ½",
            "top1", "nearest entry alone");

    private RetrievalPage() {}

    /** @param command the command line that made the results, without paths of this machine */
    static String of(RetrievalResults results, String command) {
        RetrievalResults.Stratum all = results.all();
        StringBuilder out = new StringBuilder("# Retrieval\n\n");
        out.append("Made by `")
                .append(command)
                .append("`; figures of every stratum are in the JSON beside it.\n")
                .append("Means over ")
                .append(all.garments())
                .append(" garments of held-out senders, ")
                .append(all.photos())
                .append(" made photos; 95 % intervals by resampling garments. Seed ")
                .append(results.seed())
                .append(", StructureNet `")
                .append(results.weights().get("structure"), 0, 16)
                .append("…`.\n");
        results.data()
                .forEach((k, v) ->
                        out.append("- ").append(k).append(": ").append(v).append('\n'));
        landmarks(out, all);
        strata(out, results.strata());
        ranks(out, all);
        return out.toString();
    }

    private static void landmarks(StringBuilder out, RetrievalResults.Stratum all) {
        out.append("\n## Landmarks\n\nIoU with the true silhouette at 64 × 64 cells, nothing of the own sender in the"
                + " database. Sharpness: slope of the field\nacross the outline, 1 for a true distance field.\n\n"
                + "| landmark | IoU | slle-field less this | sharpness |\n|---|---|---|---|\n");
        for (String figure : all.figures().keySet()) {
            if (figure.startsWith("iou/")) {
                String a = figure.substring("iou/".length());
                out.append("| ").append(words(a)).append(" | ");
                out.append(level(all.figures().get("iou/" + a))).append(" | ");
                out.append(change(all.differences().get(a))).append(" | ");
                out.append(String.format(
                        Locale.ROOT, "%.2f", all.figures().get("sharpness/" + a).mean()));
                out.append(" |\n");
            }
        }
    }

    private static String words(String landmark) {
        return landmark.startsWith(RetrievalEvaluation.CONDENSED)
                ? AGGREGATORS.get(landmark.substring(RetrievalEvaluation.CONDENSED.length())) + "; condensed database"
                : AGGREGATORS.get(landmark);
    }

    private static void strata(StringBuilder out, List<RetrievalResults.Stratum> strata) {
        out.append("\n## By the share of the garment that the photo hides\n\n"
                + "| photos | n | garments | slle-field | no database | slle-field less no database | nearest entry |"
                + " Recall@1 | Recall@5 |\n|---|---|---|---|---|---|---|---|---|\n");
        for (RetrievalResults.Stratum s : strata) {
            out.append("| ").append(s.name()).append(" | ").append(s.photos()).append(" | ");
            out.append(s.garments())
                    .append(" | ")
                    .append(mean(s, "iou/slle-field"))
                    .append(" | ");
            out.append(mean(s, "iou/decoded"))
                    .append(" | ")
                    .append(change(s.differences().get("decoded")));
            out.append(" | ").append(mean(s, "iou/top1")).append(" | ");
            out.append(mean(s, "recall@1/StructureNet")).append(" | ");
            out.append(mean(s, "recall@5/StructureNet")).append(" |\n");
        }
    }

    private static void ranks(StringBuilder out, RetrievalResults.Stratum all) {
        out.append("\n## Finding the own standard image\n\nWhere it ranks among all standard images, itself among them;"
                + " the IoU and the category of the nearest entry of\nanother sender, and the IoU of the nearest with"
                + " the own one there. Moments and histogram are given the garment's true mask\nin the photo.\n\n"
                + "| by | Recall@1 | Recall@5 | Recall@10 | nearest, IoU | own there, IoU | category right |\n"
                + "|---|---|---|---|---|---|---|\n");
        for (String figure : all.figures().keySet()) {
            if (figure.startsWith("recall@1/")) {
                String by = figure.substring(9);
                out.append("| ")
                        .append(by)
                        .append(" | ")
                        .append(level(all.figures().get(figure)));
                out.append(" | ").append(level(all.figures().get("recall@5/" + by)));
                out.append(" | ").append(mean(all, "recall@10/" + by));
                out.append(" | ").append(mean(all, "nearest/" + by));
                out.append(" | ").append(mean(all, "nearestWithOwn/" + by));
                out.append(" | ").append(mean(all, "category/" + by)).append(" |\n");
            }
        }
        if (all.figures().containsKey("category/trained head")) {
            out.append("\nThe trained attribute head names the category right in ")
                    .append(level(all.figures().get("category/trained head")))
                    .append(" of the photos.\n");
        }
    }

    private static String mean(RetrievalResults.Stratum s, String figure) {
        MeanInterval m = s.figures().get(figure);
        return m == null ? "–" : String.format(Locale.ROOT, "%.3f", m.mean());
    }

    private static String level(MeanInterval m) {
        return m == null ? "–" : String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", m.mean(), m.low(), m.high());
    }

    private static String change(MeanInterval m) {
        return m == null ? "–" : String.format(Locale.ROOT, "%+.4f [%+.4f, %+.4f]", m.mean(), m.low(), m.high());
    }
}
