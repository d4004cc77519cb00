package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Image metrics against scikit-image, torchmetrics, SciPy and NumPy; each list of the index has its own class. */
final class MetricsFamily implements ParityFamily {
    private static final Map<String, MetricGroup> GROUPS = groups(
            new FrechetPairs(),
            new ImagePairs("image_pairs", "pair"),
            new ImagePairs("ms_ssim", "ms"),
            new KernelDistancePairs(),
            new ManifoldPairs(),
            new MaskPairs(),
            new PerceptualPairs());

    private static Map<String, MetricGroup> groups(MetricGroup... groups) {
        Map<String, MetricGroup> out = new TreeMap<>();
        for (MetricGroup g : groups) {
            out.put(g.name(), g);
        }
        return Map.copyOf(out);
    }

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        FixtureObject index = folder.index();
        for (Iterator<String> names = index.node().fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!index.node().get(name).isArray()) {
                continue;
            }
            MetricGroup group = GROUPS.get(name);
            if (group == null) {
                run.skip(name, "RAGDiff has no metrics of the group " + name);
                continue;
            }
            List<FixtureObject> entries = index.objects(name);
            try {
                group.run(folder, entries, run);
            } catch (FixtureException e) {
                run.fail(name, ParityRun.oneLine(e));
            }
        }
    }
}
