package org.ragdiff.diffusion.unet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** A trained {@link DenoisingUnet} in a file: weights, configuration and noise schedule. */
public final class UnetWeights {
    private static final String KIND = "diffusion";
    private static final String SCHEDULE = "ragdiff.schedule";

    private UnetWeights() {}

    /** What the weights' metadata must hold for {@link #load}. */
    public static Map<String, String> metadata(UnetConfig config, ScheduleConfig schedule) {
        Map<String, String> meta = StoredWeights.metadata(KIND, config);
        meta.put(SCHEDULE, StoredWeights.toJson(schedule));
        return meta;
    }

    /**
     * @param path safetensors file, or directory with {@code weights.safetensors}
     * @param kernels not closed by the denoiser
     */
    public static UnetDenoiser load(Path path, Kernels kernels) throws IOException {
        StoredWeights stored = StoredWeights.open(path);
        UnetConfig config = stored.config(KIND, UnetConfig.class);
        ScheduleConfig schedule = stored.entry(SCHEDULE, ScheduleConfig.class);
        DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(0), config);
        try {
            stored.loadInto(unet);
            return new UnetDenoiser(unet, schedule, kernels);
        } catch (IOException | RuntimeException e) {
            unet.close();
            throw e;
        }
    }
}
