package org.ragdiff.bench.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;

/** Networks that are measured whole, by name. */
public final class NetworkRows {
    /** Tokens of CLIP's text encoder. */
    private static final int TEXT_TOKENS = 77;

    private NetworkRows() {}

    /** Makes a network with its weights. */
    public static Map<String, Supplier<RecordedNetwork>> all() {
        Map<String, Supplier<RecordedNetwork>> rows = new LinkedHashMap<>();
        UNet2DConfig sd15 = UNet2DConfig.stableDiffusion15();
        AutoencoderKLConfig vae = AutoencoderKLConfig.stableDiffusion();
        rows.put("sd15 unet step, batch 2", () -> DiffusersNetworks.unetStep(sd15, 2, 64, TEXT_TOKENS));
        rows.put(
                "sd15 unet step, a tenth as wide",
                () -> DiffusersNetworks.unetStep(NarrowConfigs.of(sd15, 10), 2, 64, TEXT_TOKENS));
        rows.put("sd vae decode 512", () -> DiffusersNetworks.vaeDecode(vae, 512));
        rows.put("sd vae decode 128", () -> DiffusersNetworks.vaeDecode(vae, 128));
        return rows;
    }
}
