package org.ragdiff.eval.ablation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.ragdiff.eval.CsvField;
import org.ragdiff.eval.ablation.AblationAnalysis.Row;
import org.ragdiff.eval.ablation.AblationAnalysis.Score;
import org.ragdiff.eval.ablation.AblationAnalysis.Section;
import org.ragdiff.eval.stat.Interval;

/** The tables of an ablation as CSV, in full precision. Stateless. */
public final class AblationCsv {
    private AblationCsv() {}

    /** One line for each variant and figure. */
    public static String of(AblationAnalysis analysis) {
        AblationPlan plan = analysis.results().plan();
        StringBuilder out = new StringBuilder("data,variant,");
        plan.axes().keySet().forEach(axis -> out.append(CsvField.quoted(axis)).append(','));
        out.append("figure,n,seeds,mean,low,high,difference,differenceLow,differenceHigh,p,pHolm,rankBiserial,dz,"
                + "supported,failure,protocol,protocolHash\n");
        for (Section s : analysis.sections()) {
            for (Row r : s.rows()) {
                for (String m : plan.metrics()) {
                    line(out, analysis, s, r, m);
                }
            }
        }
        return out.toString();
    }

    private static void line(StringBuilder out, AblationAnalysis analysis, Section s, Row r, String figure) {
        AblationPlan plan = analysis.results().plan();
        List<String> cells = new ArrayList<>(List.of(s.data(), r.label()));
        plan.axes().keySet().forEach(axis -> cells.add(r.variant().get(axis)));
        cells.add(figure);
        Score score = r.scores().get(figure);
        if (score == null) {
            cells.addAll(List.of("", "" + plan.seeds().size()));
            cells.addAll(Collections.nCopies(11, ""));
        } else {
            Interval i = score.interval();
            cells.addAll(List.of("" + i.n(), "" + plan.seeds().size(), "" + i.estimate(), "" + i.low(), "" + i.high()));
            cells.addAll(score.comparison()
                    .map(c -> List.of(
                            "" + c.difference().estimate(),
                            "" + c.difference().low(),
                            "" + c.difference().high(),
                            "" + c.tested().p(),
                            "" + c.adjusted(),
                            "" + c.tested().rankBiserial(),
                            "" + c.tested().dz(),
                            "" + c.supported()))
                    .orElse(Collections.nCopies(8, "")));
        }
        cells.add(r.failure().orElse(""));
        cells.add(plan.protocol());
        cells.add(analysis.results().protocol().hash());
        out.append(cells.stream().map(CsvField::quoted).collect(Collectors.joining(",")))
                .append('\n');
    }
}
