package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.RgbImage;
import org.ragdiff.eval.perceptual.Backbone;
import org.ragdiff.eval.perceptual.BackboneWeights;
import org.ragdiff.eval.perceptual.Dists;
import org.ragdiff.eval.perceptual.ExactNetwork;
import org.ragdiff.eval.perceptual.Lpips;
import org.ragdiff.eval.perceptual.StageNetwork;
import org.ragdiff.eval.perceptual.Step;

/**
 * The list {@code perceptual}: LPIPS and DISTS of pairs of pictures, in float64, on a network of 3×3 convolutions
 * {@code net.conv0}, {@code net.conv1}, … with pooling between them.
 */
final class PerceptualPairs implements MetricGroup {
    private static final Tolerance EXACT = Tolerance.relative(1e-9);

    @Override
    public String name() {
        return "perceptual";
    }

    @Override
    public void run(FixtureFolder folder, List<FixtureObject> entries, ParityRun run) throws IOException {
        try (FixtureTensors tensors = folder.tensors("perceptual.safetensors")) {
            for (FixtureObject e : entries) {
                run.check("p" + e.integer("pair"), EXACT, d -> compare(e, tensors, d));
            }
        }
    }

    private static void compare(FixtureObject e, FixtureTensors tensors, Deviation d) throws IOException {
        RgbImage x = image(tensors, "p" + e.integer("pair") + ".x");
        RgbImage y = image(tensors, "p" + e.integer("pair") + ".y");
        try (Lpips lpips = lpips(tensors);
                Dists dists = dists(tensors)) {
            double[] stages = lpips.perStage(x, y);
            for (String figure : MetricFigures.of(e, "pair", "size", "kind")) {
                switch (figure) {
                    case "lpips_per_stage" -> d.add(figure, stages, e.numbers(figure));
                    case "lpips" -> d.add(figure, lpips.of(x, y), e.number(figure));
                    case "dists" -> d.add(figure, dists.of(x, y), e.number(figure));
                    default -> throw new UnsupportedCaseException("RAGDiff has no perceptual figure " + figure);
                }
            }
        }
    }

    private static Lpips lpips(FixtureTensors t) throws IOException {
        StageNetwork network = network(t, new Step.MaxPool(2, 2, false));
        List<double[]> heads = new ArrayList<>();
        for (int i = 0; t.has("net.lin" + i + ".weight"); i++) {
            heads.add(t.values("net.lin" + i + ".weight"));
        }
        return new Lpips("fixture", "", network, heads, t.values("net.shift"), t.values("net.scale"));
    }

    private static Dists dists(FixtureTensors t) throws IOException {
        StageNetwork network = network(t, new Step.SmoothPool());
        return new Dists(
                "fixture",
                "",
                network,
                t.values("net.alpha"),
                t.values("net.beta"),
                t.values("net.mean"),
                t.values("net.std"));
    }

    private static StageNetwork network(FixtureTensors t, Step pool) throws IOException {
        List<Step> steps = new ArrayList<>();
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (int i = 0; t.has("net.conv" + i + ".weight"); i++) {
            if (i > 0) {
                steps.add(pool);
            }
            String name = "conv" + i;
            long[] shape = t.shape("net." + name + ".weight", 4);
            steps.add(Step.Convolve.same(name, (int) shape[0], (int) shape[2]));
            steps.add(new Step.Tap());
            weights.put(name + ".weight", t.floats("net." + name + ".weight"));
            weights.put(name + ".bias", t.floats("net." + name + ".bias"));
        }
        return new ExactNetwork(new Backbone("fixture", steps), new BackboneWeights(weights));
    }

    private static RgbImage image(FixtureTensors tensors, String name) throws IOException {
        long[] shape = tensors.shape(name, 3);
        double[] values = tensors.values(name);
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) values[i];
        }
        return RgbImage.wrap((int) shape[1], (int) shape[0], rgb);
    }
}
