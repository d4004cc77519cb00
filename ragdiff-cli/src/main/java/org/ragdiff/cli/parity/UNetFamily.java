package org.ragdiff.cli.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;

/** One prediction of diffusers' UNet2DConditionModel for each case. */
final class UNetFamily implements ParityFamily {
    static final Tolerance TOLERANCE = Tolerance.relative(1e-4);

    private final String name;

    UNetFamily(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        for (FixtureObject c : folder.index().objects("cases")) {
            run.check(c.text("name"), TOLERANCE, d -> {
                try (UNet2DConditionModel unet = UNet2DConditionModel.load(checkpoint(folder, c, "checkpoint"));
                        FixtureTensors tensors = folder.tensors(c.text("file"));
                        NetworkPass pass = new NetworkPass(run.kernels(), tensors, d)) {
                    pass.compareMap("out.sample", unet.apply(pass.tape(), inputs(pass, unet.config())));
                }
            });
        }
    }

    /** A folder beside the index that a field names. */
    static Path checkpoint(FixtureFolder folder, FixtureObject c, String field) {
        return folder.path().resolve(c.text(field)).normalize();
    }

    /** What the network reads, as the fixture has it; timesteps are one for all samples, or one for each. */
    static UNetInputs inputs(NetworkPass pass, UNet2DConfig config) throws IOException {
        FixtureTensors f = pass.tensors();
        int n = (int) f.shape("in.sample", 4)[0];
        double[] steps = f.values("in.timesteps");
        if (steps.length != n) {
            if (steps.length != 1) {
                throw new FixtureException(steps.length + " timesteps for " + n + " samples");
            }
            double one = steps[0];
            steps = new double[n];
            Arrays.fill(steps, one);
        }
        UNetInputs in = UNetInputs.of(
                pass.map("in.sample"),
                pass.array(
                        UNet2DConditionModel.timeCode(config, steps),
                        n,
                        config.timeCode().channels()),
                pass.plain("in.encoder_hidden_states"));
        if (config.textTime() == null) {
            return in;
        }
        float[] ids = UNet2DConditionModel.timeIdCode(config, f.values("in.time_ids"));
        return in.withTextTime(pass.plain("in.text_embeds"), pass.array(ids, n, ids.length / n));
    }
}
