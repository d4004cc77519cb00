package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;
import org.ragdiff.eval.feature.Features;
import org.ragdiff.eval.feature.FrechetDistance;

/**
 * The list {@code frechet}: Fréchet distances of sets of features. The fixture's {@code nuclear_norm} is exact also
 * where covariances are singular; the other routes that it records lose half of the digits there.
 */
final class FrechetPairs implements MetricGroup {
    @Override
    public String name() {
        return "frechet";
    }

    @Override
    public void run(FixtureFolder folder, List<FixtureObject> entries, ParityRun run) throws IOException {
        try (FixtureTensors tensors = folder.tensors("features.safetensors")) {
            for (FixtureObject e : entries) {
                String name = e.text("name");
                run.check("frechet_" + name, Tolerance.absolute(1e-8), d -> {
                    Features a = Features.ofRows(tensors.rows(name + ".a"));
                    Features b = Features.ofRows(tensors.rows(name + ".b"));
                    d.add("nuclear_norm", FrechetDistance.of(a, b).value(), e.number("nuclear_norm"));
                });
            }
        }
    }
}
