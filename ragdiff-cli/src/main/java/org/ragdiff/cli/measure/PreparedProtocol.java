package org.ragdiff.cli.measure;

import java.util.List;
import java.util.Map;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.MetricDefinition;

/**
 * The protocol of a figure that another protocol does not define, or not in this way: its preparation of pictures, one
 * figure of this project's definition. Named {@code tryoffdiff-prepared/2025}, so that nobody takes it for the other's.
 * Stateless.
 */
final class PreparedProtocol {
    private PreparedProtocol() {}

    /** @param definition of the only figure; where the protocol prepares pictures otherwise for that name, so does this */
    static MeasurementProtocol of(MeasurementProtocol base, MetricDefinition definition) {
        MetricDefinition figure = definition;
        if (figure.truth().isEmpty()) {
            for (MetricDefinition m : base.metrics()) {
                if (m.name().equals(figure.name()) && m.truth().isPresent()) {
                    figure = figure.withPreparation(
                            m.truth().orElseThrow(), m.result().orElseThrow());
                }
            }
        }
        return new MeasurementProtocol(
                base.name().replaceFirst("/", "-prepared/"),
                "RAGDiff, docs/evaluation.md; pictures prepared as " + base.name() + " of " + base.citation(),
                "two folders, paired by name",
                base.colour(),
                base.truth(),
                base.result(),
                Map.of(),
                List.of(figure));
    }
}
