package org.ragdiff.eval.ablation;

import java.util.Locale;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.stat.Interval;

/** Figures as tables show them. Stateless. */
final class FigureText {
    private FigureText() {}

    static String arrow(AblationAnalysis analysis, String figure) {
        Better better = analysis.results().protocol().metric(figure).better();
        return better == Better.HIGHER ? " ↑" : better == Better.LOWER ? " ↓" : "";
    }

    static String interval(Interval i) {
        return value(i.estimate()) + " [" + value(i.low()) + ", " + value(i.high()) + "]";
    }

    static String signed(Interval i) {
        String format = Math.abs(i.estimate()) < 10 ? "%+.3f" : "%+.2f";
        return number(format, i.estimate()) + " [" + number(format, i.low()) + ", " + number(format, i.high()) + "]";
    }

    static String value(double v) {
        return number(Math.abs(v) < 10 ? "%.3f" : "%.2f", v);
    }

    static String p(double p) {
        return p < 0.001 ? "<0.001" : number("%.3f", p);
    }

    static String number(String format, double v) {
        return Double.isFinite(v) ? String.format(Locale.ROOT, format, v) : Double.isNaN(v) ? "–" : v > 0 ? "∞" : "-∞";
    }
}
