package org.ragdiff.bench.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.unet.UnetDenoiser;
import org.ragdiff.diffusion.unet.UnetWeights;
import org.ragdiff.diffusion.vae.Vae;
import org.ragdiff.diffusion.vae.VaeConfig;

/** The networks of the demo model, with its weights. */
public final class DemoNetworks {
    /** Cells a side of the latents of the demo's 128 pixels. */
    static final int LATENT_SIDE = 32;

    private DemoNetworks() {}

    /** The demo model's folder, below {@code ragdiff.home} or above the working directory. */
    public static Path folder() {
        String home = System.getProperty("ragdiff.home");
        for (Path p = Path.of(home == null ? "" : home).toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.isDirectory(p.resolve("models/demo"))) {
                return p.resolve("models/demo");
            }
        }
        throw new IllegalStateException("no folder models/demo; set -Dragdiff.home to the repository");
    }

    /** A guided step of one image: a row without a reference and two with the same one. */
    static RecordedNetwork denoiserStep() {
        Kernels kernels = KernelProviders.create(KernelProviders.Options.defaults());
        try {
            UnetDenoiser denoiser = UnetWeights.load(folder().resolve("diffusion.safetensors"), kernels);
            return new RecordedNetwork(
                    denoiser.recordStep(LATENT_SIDE, LATENT_SIDE, -1, 0, 0), UnetDenoiser.PREDICTION, () -> {
                        denoiser.close();
                        kernels.close();
                    });
        } catch (IOException | RuntimeException e) {
            kernels.close();
            throw e instanceof RuntimeException r ? r : new UncheckedIOException((IOException) e);
        }
    }

    /** One image of 128 pixels decoded. */
    static RecordedNetwork vaeDecode() {
        try {
            StoredWeights stored = StoredWeights.open(folder().resolve("vae.safetensors"));
            Vae vae = new Vae(new SplittableRandom(0), stored.config("vae", VaeConfig.class));
            stored.loadInto(vae);
            int channels = vae.config().latentChannels();
            return new RecordedNetwork(
                    vae, b -> vae.decode(b.tape(), b.input("latents", 1, LATENT_SIDE, LATENT_SIDE, channels)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
