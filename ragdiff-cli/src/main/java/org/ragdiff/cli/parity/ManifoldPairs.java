package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;
import org.ragdiff.eval.feature.Features;
import org.ragdiff.eval.feature.ManifoldOverlap;

/** The list {@code prdc}: precision, recall, density and coverage of sets of features. */
final class ManifoldPairs implements MetricGroup {
    @Override
    public String name() {
        return "prdc";
    }

    @Override
    public void run(FixtureFolder folder, List<FixtureObject> entries, ParityRun run) throws IOException {
        try (FixtureTensors tensors = folder.tensors("features.safetensors")) {
            for (FixtureObject e : entries) {
                String name = "prdc_" + e.text("name");
                run.check(name, Tolerance.relative(1e-9), d -> {
                    ManifoldOverlap o = ManifoldOverlap.of(
                            Features.ofRows(tensors.rows(name + ".real")),
                            Features.ofRows(tensors.rows(name + ".fake")),
                            e.integer("k"));
                    d.add("precision", o.precision(), e.number("precision"));
                    d.add("recall", o.recall(), e.number("recall"));
                    d.add("density", o.density(), e.number("density"));
                    d.add("coverage", o.coverage(), e.number("coverage"));
                });
            }
        }
    }
}
