package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.ragdiff.diffusion.guidance.GuidancePlan;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.guidance.Stream;

/** Classifier-free guidance with and without rescaling. */
final class GuidanceFamily implements ParityFamily {
    private static final Tolerance TOLERANCE = Tolerance.relative(1e-5);
    private static final String RESULT = ".out.rescale";

    @Override
    public String name() {
        return "guidance";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        List<FixtureObject> cases = folder.index().objects("cases");
        try (FixtureTensors tensors = folder.onlyTensors()) {
            for (FixtureObject c : cases) {
                run.check(c.text("name"), TOLERANCE, d -> check(c, tensors, d));
            }
        }
    }

    private static void check(FixtureObject c, FixtureTensors tensors, Deviation d) throws IOException {
        String name = c.text("name");
        float[] cond = tensors.floats(name + ".in.cond");
        float[] uncond = tensors.floats(name + ".in.uncond");
        int samples = Math.toIntExact(tensors.shape(name + ".in.cond")[0]);
        int compared = 0;
        for (String key : tensors.names()) {
            if (!key.startsWith(name + RESULT) || key.endsWith("_f64")) {
                continue;
            }
            double rescale = rescale(key, name);
            GuidanceScales scales =
                    GuidanceScales.plain(c.number("guidance_scale")).withRescale(rescale);
            GuidancePlan plan = GuidancePlan.of(scales, EnumSet.allOf(Stream.class));
            float[] predictions = new float[cond.length * plan.branches().size()];
            for (int b = 0; b < plan.branches().size(); b++) {
                boolean conditional = !plan.branches().get(b).streams().isEmpty();
                System.arraycopy(conditional ? cond : uncond, 0, predictions, b * cond.length, cond.length);
            }
            float[] out = new float[cond.length];
            plan.combine(predictions, samples, out);
            d.add(key, out, tensors.values(tensors.has(key + "_f64") ? key + "_f64" : key));
            compared++;
        }
        d.require(compared > 0, "no tensor " + name + RESULT + "…");
    }

    private static double rescale(String key, String name) {
        try {
            return Double.parseDouble(key.substring((name + RESULT).length()));
        } catch (NumberFormatException e) {
            throw new FixtureException(key + " does not end in a rescaling factor", e);
        }
    }
}
