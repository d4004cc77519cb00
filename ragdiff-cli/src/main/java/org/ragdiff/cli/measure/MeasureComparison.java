package org.ragdiff.cli.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.eval.protocol.ProtocolMismatchException;
import org.ragdiff.eval.stat.MeanInterval;

/** Two results' figures side by side, where that is allowed. Stateless. */
final class MeasureComparison {
    private MeasureComparison() {}

    /**
     * @return a line for each figure that both have, with the second's less the first's and, of figures of pairs,
     *     the 95 % interval of the mean difference of pairs
     * @throws ProtocolMismatchException if a figure was measured under two protocols
     * @throws BadInputException if the truths differ, or no figure is in both
     */
    static List<String> lines(MeasureResults a, MeasureResults b) {
        for (MeasuredFigure f : a.figures()) {
            b.figure(f.figure())
                    .filter(g -> !g.protocolHash().equals(f.protocolHash()))
                    .ifPresent(g -> {
                        throw new ProtocolMismatchException(f.protocol(), g.protocol());
                    });
        }
        if (!a.pairs().equals(b.pairs())
                || !a.data().get("truths").equals(b.data().get("truths"))) {
            throw new BadInputException("the results were measured against different truths ("
                    + a.pairs().size() + " and " + b.pairs().size()
                    + " pictures): measure both against one folder of truths");
        }
        List<String> out = new ArrayList<>();
        for (MeasuredFigure f : a.figures()) {
            b.figure(f.figure()).ifPresent(g -> out.add(line(f, g, interval(f.figure(), a, b))));
        }
        if (out.isEmpty()) {
            throw new BadInputException("the results have no figure in common: "
                    + a.figures().stream().map(MeasuredFigure::figure).toList() + " and "
                    + b.figures().stream().map(MeasuredFigure::figure).toList());
        }
        return out;
    }

    private static Optional<MeanInterval> interval(String figure, MeasureResults a, MeasureResults b) {
        double[] x = a.values().get(figure);
        double[] y = b.values().get(figure);
        return x == null || y == null || x.length < 2 ? Optional.empty() : Optional.of(MeasuredFigure.difference(y, x));
    }

    private static String line(MeasuredFigure f, MeasuredFigure g, Optional<MeanInterval> interval) {
        return String.format(
                Locale.ROOT,
                "%-22s %12.4f %12.4f  difference %+.4f%s  %s %s",
                f.figure(),
                f.value(),
                g.value(),
                g.value() - f.value(),
                interval.map(i -> String.format(Locale.ROOT, "  [%+.4f, %+.4f]", i.low(), i.high()))
                        .orElse(""),
                f.protocol().get("name"),
                f.protocolHash().substring(0, 12));
    }
}
