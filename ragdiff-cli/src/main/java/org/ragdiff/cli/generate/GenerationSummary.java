package org.ragdiff.cli.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ragdiff.core.RgbImage;
import org.ragdiff.eval.report.ContactSheet;
import org.ragdiff.retrieval.attributes.llm.LlmUsage;

/**
 * What {@code ragdiff generate} says of a whole run: {@code --json}, the contact sheet, lines for people. Immutable.
 *
 * @param llm null where no language model was asked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GenerationSummary(double seconds, List<Written> flatLays, List<Refused> failures, LlmUsage llm) {
    private static final int SHEET_CELL = 128;

    record Written(String photo, String png, String manifest) {}

    record Refused(String photo, String reason) {}

    static GenerationSummary of(GenerationRun run, LlmUsage llm, double seconds) {
        return new GenerationSummary(
                seconds,
                run.done().stream()
                        .map(d -> new Written(
                                d.plan().photo().toString(),
                                d.plan().png().toString(),
                                d.plan().manifest().toString()))
                        .toList(),
                run.failures().stream()
                        .map(f -> new Refused(f.photo().toString(), f.message()))
                        .toList(),
                llm);
    }

    /** One line of what was written. */
    static String line(GenerationRun run, Object out, double seconds) {
        if (run.done().size() != 1) {
            return String.format(
                    Locale.ROOT, "%d flat-lays in %s, %.1f s", run.done().size(), out, seconds);
        }
        GenerationRun.Done d = run.done().get(0);
        Manifest m = d.manifest();
        return String.format(
                Locale.ROOT,
                "%s: %s, %d neighbours, residual %.3f, %.1f s",
                d.plan().png(),
                m.attributes().get("category"),
                m.neighbours().size(),
                m.residual(),
                seconds);
    }

    /** Photo, landmark and flat-lay of each, three cells beside each other. */
    static RgbImage sheet(List<GenerationRun.Done> done) {
        List<RgbImage> cells = new ArrayList<>();
        for (GenerationRun.Done d : done) {
            cells.addAll(List.of(d.photo(), d.landmark(), d.flatLay()));
        }
        int across = done.size() <= 8 ? 1 : done.size() <= 24 ? 2 : 4;
        return ContactSheet.grid(cells, 3 * across, SHEET_CELL);
    }
}
