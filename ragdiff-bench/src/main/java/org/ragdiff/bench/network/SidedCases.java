package org.ragdiff.bench.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ragdiff.bench.SidedSpec;
import org.ragdiff.bench.SidedSpec.Side;
import org.ragdiff.bench.Work;
import org.ragdiff.core.tensor.Kernels.Precision;

/**
 * Networks of Stable Diffusion's size, and training. Ours in either precision is set beside libtorch in float32, in both
 * of its layouts: contiguous is what PyTorch and diffusers take unless told otherwise.
 */
public final class SidedCases {
    /** Of both networks; a step takes five to ten seconds. */
    private static final int STEPS = 3;

    private static final int TRAINING_STEPS = 24;
    private static final double F32_TOLERANCE = 1e-4;
    private static final double BF16_TOLERANCE = 2e-2;

    private SidedCases() {}

    /** @param bf16 whether this machine computes products in bfloat16; without, those rows are absent */
    public static List<SidedSpec> list(boolean bf16) {
        List<SidedSpec> out = new ArrayList<>();
        network(out, "unet step", "sd15 2x64x64 latents", NetworkCases.UNET_SD15, 1606.54688256, bf16);
        network(out, "vae decode", "sd 512x512 image", NetworkCases.VAE_512, 2514.518933504, bf16);
        for (TorchLayout layout : TorchLayout.values()) {
            out.add(new SidedSpec(
                    "training step",
                    "demo denoiser, batch 16 f32, beside " + layout.title(),
                    Work.images(TrainingSide.BATCH),
                    new Side(TrainingSide.class, List.of("ours", Integer.toString(TRAINING_STEPS))),
                    new Side(TrainingSide.class, List.of(layout.name(), Integer.toString(TRAINING_STEPS))),
                    "libtorch autograd " + layout.title(),
                    F32_TOLERANCE));
        }
        return out;
    }

    private static void network(
            List<SidedSpec> out, String name, String params, String network, double gigaFlops, boolean bf16) {
        for (Precision p : bf16 ? List.of(Precision.F32, Precision.BF16) : List.of(Precision.F32)) {
            for (TorchLayout layout : TorchLayout.values()) {
                out.add(new SidedSpec(
                        name,
                        params + " " + p.name().toLowerCase(Locale.ROOT) + ", beside f32 " + layout.title(),
                        new Work(p == Precision.F32 ? Work.Limit.F32 : Work.Limit.BF16, 1e9 * gigaFlops),
                        side(network, "ours", p),
                        side(network, layout.name(), Precision.F32),
                        "libtorch f32 " + layout.title(),
                        p == Precision.F32 ? F32_TOLERANCE : BF16_TOLERANCE));
            }
        }
    }

    private static Side side(String network, String side, Precision precision) {
        return new Side(OneSide.class, List.of(network, side, precision.name(), Integer.toString(STEPS)));
    }
}
