package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.adapter.T2IAdapter;
import org.ragdiff.diffusion.diffusers.unet.ControlNetModel;
import org.ragdiff.diffusion.diffusers.unet.ControlNetModel.Residuals;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;

/** ControlNet's residuals, T2I-Adapter's features, and what a UNet predicts with either. */
final class ControlNetFamily implements ParityFamily {
    private static final Pattern SCALE = Pattern.compile("out\\.(scale([0-9.]*[0-9])(_guess)?)\\..*");

    @Override
    public String name() {
        return "controlnet";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        for (FixtureObject c : folder.index().objects("cases")) {
            run.check(c.text("name"), UNetFamily.TOLERANCE, d -> {
                try (UNet2DConditionModel unet = UNet2DConditionModel.load(UNetFamily.checkpoint(folder, c, "unet"));
                        FixtureTensors tensors = folder.tensors(c.text("file"))) {
                    switch (c.text("kind")) {
                        case "controlnet" -> control(folder, c, run, unet, tensors, d);
                        case "t2i-adapter" -> adapt(folder, c, run, unet, tensors, d);
                        default -> throw new UnsupportedCaseException("RAGDiff has no " + c.text("kind"));
                    }
                }
            });
        }
    }

    /** The parts {@code scale1.0} or {@code scale0.5_guess} of the results' names. */
    private static List<Matcher> scales(FixtureTensors tensors) {
        TreeSet<String> seen = new TreeSet<>();
        List<Matcher> found = tensors.names().stream()
                .map(SCALE::matcher)
                .filter(Matcher::matches)
                .filter(m -> seen.add(m.group(1)))
                .toList();
        if (found.isEmpty()) {
            throw new FixtureException("no result is named out.scale<s>");
        }
        return found;
    }

    private static void control(
            FixtureFolder folder,
            FixtureObject c,
            ParityRun run,
            UNet2DConditionModel unet,
            FixtureTensors tensors,
            Deviation d)
            throws IOException {
        try (ControlNetModel control = ControlNetModel.load(UNetFamily.checkpoint(folder, c, "controlnet"))) {
            for (Matcher scale : scales(tensors)) {
                try (NetworkPass pass = new NetworkPass(run.kernels(), tensors, d)) {
                    UNetInputs in = UNetFamily.inputs(pass, unet.config());
                    Residuals r = control.apply(
                            pass.tape(),
                            in,
                            pass.map("in.controlnet_cond"),
                            Float.parseFloat(scale.group(2)),
                            scale.group(3) != null);
                    String prefix = "out." + scale.group(1);
                    for (int i = 0; i < r.down().size(); i++) {
                        compareIfThere(pass, prefix + ".down." + i, r.down().get(i));
                    }
                    compareIfThere(pass, prefix + ".mid", r.mid());
                    pass.compareMap(prefix + ".unet", unet.apply(pass.tape(), in.withResiduals(r.down(), r.mid())));
                }
            }
        }
    }

    private static void compareIfThere(NetworkPass pass, String name, Var got) throws IOException {
        if (pass.has(name)) {
            pass.compareMap(name, got);
        }
    }

    private static void adapt(
            FixtureFolder folder,
            FixtureObject c,
            ParityRun run,
            UNet2DConditionModel unet,
            FixtureTensors tensors,
            Deviation d)
            throws IOException {
        try (T2IAdapter adapter = T2IAdapter.load(UNetFamily.checkpoint(folder, c, "adapter"))) {
            for (Matcher scale : scales(tensors)) {
                try (NetworkPass pass = new NetworkPass(run.kernels(), tensors, d)) {
                    UNetInputs in = UNetFamily.inputs(pass, unet.config());
                    List<Var> features = adapter.apply(pass.tape(), pass.map("in.condition"));
                    for (int i = 0; i < features.size(); i++) {
                        compareIfThere(pass, "out.feature." + i, features.get(i));
                    }
                    float s = Float.parseFloat(scale.group(2));
                    List<Var> scaled = features.stream()
                            .map(f -> Elementwise.scale(pass.tape(), s, f))
                            .toList();
                    pass.compareMap(
                            "out." + scale.group(1) + ".unet", unet.apply(pass.tape(), in.withAdapterFeatures(scaled)));
                }
            }
        }
    }
}
