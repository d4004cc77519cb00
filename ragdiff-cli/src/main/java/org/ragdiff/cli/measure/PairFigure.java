package org.ragdiff.cli.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ragdiff.eval.metric.PairMetrics;
import org.ragdiff.eval.perceptual.PerceptualDistance;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.MetricDefinition;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.protocol.Preparation;

/**
 * A figure of a result and its truth under a protocol: the one that the user named where it is computed as that says,
 * otherwise one of {@link PreparedProtocol}. Immutable.
 *
 * @param protocol that defines it
 * @param name of the figure
 * @param formula of two prepared pictures
 */
record PairFigure(MeasurementProtocol protocol, String name, Formula formula) {
    private static final String ROUNDED = "of the prepared pictures, rounded to 8 bit, ";

    /** What is computed. */
    @FunctionalInterface
    interface Formula {
        /** @throws IllegalArgumentException if the pictures cannot be compared */
        double of(PreparedPicture result, PreparedPicture truth);
    }

    MetricDefinition definition() {
        return protocol.metric(name);
    }

    /** What is done to a true picture first. */
    Preparation truth() {
        return definition().truth().orElse(protocol.truth());
    }

    /** What is done to a result first. */
    Preparation result() {
        return definition().result().orElse(protocol.result());
    }

    /**
     * @param names of figures; empty for all that are computed as the protocol defines them
     * @throws IllegalArgumentException for an unknown name, with those there are
     */
    static List<PairFigure> named(MeasurementProtocol base, List<String> names) {
        List<String> own = OwnFigures.names(base);
        List<PairFigure> out = new ArrayList<>();
        for (String name : names.isEmpty() ? own : names.stream().distinct().toList()) {
            Optional<Formula> formula = OwnFigures.named(base, name);
            if (formula.isPresent()) {
                out.add(new PairFigure(base, name, formula.orElseThrow()));
            } else if (PairMetrics.names().contains(name)) {
                out.add(prepared(base, name));
            } else {
                throw new IllegalArgumentException("no figure of pairs is called \"" + name + "\": as " + base.name()
                        + " defines them there are " + own + ", on pictures prepared as it says "
                        + PairMetrics.names() + "; lpips and dists come with --lpips and --dists");
            }
        }
        return out;
    }

    private static PairFigure prepared(MeasurementProtocol base, String name) {
        Better better =
                switch (name) {
                    case "mse", "mae", "spectral-angle" -> Better.LOWER;
                    default -> Better.HIGHER;
                };
        MetricDefinition definition =
                MetricDefinition.of(name, better, ROUNDED + name + " of RAGDiff, docs/evaluation.md");
        return new PairFigure(PreparedProtocol.of(base, definition), name, (a, b) -> PairMetrics.named(name)
                .of(a.rounded(), b.rounded()));
    }

    /** A network's distance, which no file proves to be the protocol's: the definition names its fingerprint. */
    static PairFigure perceptual(MeasurementProtocol base, String name, PerceptualDistance distance) {
        MetricDefinition definition = MetricDefinition.of(name, Better.LOWER, ROUNDED + distance.name())
                .withBackbone(distance.name() + " " + distance.fingerprint());
        return new PairFigure(
                PreparedProtocol.of(base, definition), name, (a, b) -> distance.of(a.rounded(), b.rounded()));
    }
}
