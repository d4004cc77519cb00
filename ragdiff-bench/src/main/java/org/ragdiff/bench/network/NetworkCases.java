package org.ragdiff.bench.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Work;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;

/**
 * The rows of whole networks. Those whose weights fit twice into a process are rows of the table; {@link
 * #networks} has the others too, for {@link OneSide}.
 */
public final class NetworkCases {
    /** Tokens of CLIP's text encoder. */
    private static final int TEXT_TOKENS = 77;

    private static final double GIGA = 1e9;

    static final String UNET_SD15 = "unet step sd15 2x64x64 latents";
    static final String VAE_512 = "vae decode sd 512x512 image";

    /** @param gigaFlops {@link GraphFlops} of it, known before it is opened */
    private record Row(
            String name,
            String params,
            double gigaFlops,
            CaseSpec.Effort effort,
            boolean quick,
            Supplier<RecordedNetwork> open) {}

    private NetworkCases() {}

    private static List<Row> rows() {
        UNet2DConfig narrow = NarrowConfigs.of(UNet2DConfig.stableDiffusion15(), 5);
        AutoencoderKLConfig vae = AutoencoderKLConfig.stableDiffusion();
        return List.of(
                new Row(
                        "denoiser step",
                        "demo 3x32x32 latents",
                        6.723141632,
                        CaseSpec.Effort.SHORT,
                        true,
                        DemoNetworks::denoiserStep),
                new Row(
                        "vae decode",
                        "demo 128x128 image",
                        1.092386816,
                        CaseSpec.Effort.SHORT,
                        true,
                        DemoNetworks::vaeDecode),
                new Row(
                        "unet step",
                        "sd15 a fifth as wide, 2x32x32 latents",
                        17.157195264,
                        CaseSpec.Effort.LONG,
                        false,
                        () -> DiffusersNetworks.unetStep(narrow, 2, 32, TEXT_TOKENS)),
                new Row(
                        "vae decode",
                        "sd 128x128 image",
                        155.144167424,
                        CaseSpec.Effort.LONG,
                        false,
                        () -> DiffusersNetworks.vaeDecode(vae, 128)));
    }

    /**
     * All rows.
     *
     * @param bf16 whether this machine computes products in bfloat16; without, those rows are absent
     */
    public static List<CaseSpec> list(boolean bf16) {
        List<CaseSpec> out = new ArrayList<>();
        for (Row r : rows()) {
            for (Kernels.Precision p : List.of(Kernels.Precision.F32, Kernels.Precision.BF16)) {
                if (p == Kernels.Precision.F32 || bf16) {
                    Work.Limit limit = p == Kernels.Precision.F32 ? Work.Limit.F32 : Work.Limit.BF16;
                    out.add(new CaseSpec(
                            r.name,
                            r.params + " " + p.name().toLowerCase(Locale.ROOT),
                            new Work(limit, GIGA * r.gigaFlops),
                            r.effort,
                            r.quick && p == Kernels.Precision.F32,
                            () -> new NetworkCase(r.open, p)));
                }
            }
        }
        return out;
    }

    /** Networks by name, with their weights when they are opened. */
    static Map<String, Supplier<RecordedNetwork>> networks() {
        Map<String, Supplier<RecordedNetwork>> out = new LinkedHashMap<>();
        rows().forEach(r -> out.put(r.name + " " + r.params, r.open));
        UNet2DConfig sd15 = UNet2DConfig.stableDiffusion15();
        out.put(UNET_SD15, () -> DiffusersNetworks.unetStep(sd15, 2, 64, TEXT_TOKENS));
        AutoencoderKLConfig vae = AutoencoderKLConfig.stableDiffusion();
        out.put(VAE_512, () -> DiffusersNetworks.vaeDecode(vae, 512));
        return out;
    }
}
