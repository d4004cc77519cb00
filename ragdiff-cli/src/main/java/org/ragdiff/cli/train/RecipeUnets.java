package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.nn.LoraAdapters;
import org.ragdiff.core.nn.NamePattern;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.UnetDenoiser;
import org.ragdiff.diffusion.unet.UnetWeights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The denoisers of a recipe: as they start, and as a run's weights make them. Stateless. */
final class RecipeUnets {
    private static final Logger LOG = LoggerFactory.getLogger(RecipeUnets.class);

    private final DiffusionRecipe recipe;

    RecipeUnets(DiffusionRecipe recipe) {
        this.recipe = recipe;
    }

    /**
     * New weights, or those of {@code start} except for what is {@code anew}; closed by the caller.
     *
     * @throws BadInputException if {@code start} has weights of other shapes, or {@code anew} fits nothing
     */
    DenoisingUnet start() throws IOException {
        DenoisingUnet unet =
                new DenoisingUnet(new SplittableRandom(recipe.training().seed()), recipe.network());
        if (recipe.start() != null) {
            try {
                Set<String> fresh = StoredWeights.open(recipe.start())
                        .loadIntoLarger(
                                unet,
                                recipe.anew().stream().map(NamePattern::of).toList());
                LOG.info("starting from {}, anew {}", recipe.start(), fresh);
            } catch (IllegalArgumentException e) {
                unet.close();
                throw new BadInputException(
                        e.getMessage()
                                + " To start from weights of other latents, list under anew what depends on them.",
                        e);
            } catch (IOException | RuntimeException e) {
                unet.close();
                throw e;
            }
        }
        return unet;
    }

    /**
     * @param weights of a run: the whole network's, or with {@code lora} the adapters'
     * @param kernels not closed by the denoiser
     */
    UnetDenoiser trained(Path weights, Kernels kernels) throws IOException {
        return recipe.lora() == null
                ? UnetWeights.load(weights, kernels)
                : new UnetDenoiser(merged(weights, kernels), recipe.schedule(), kernels);
    }

    private DenoisingUnet merged(Path adapters, Kernels kernels) throws IOException {
        DenoisingUnet unet = start();
        try (LoraAdapters trained = LoraAdapters.load(adapters, unet)) {
            trained.merge(kernels);
            return unet;
        } catch (IOException | RuntimeException e) {
            unet.close();
            throw e;
        }
    }

    /** Writes the network of {@code start} with a run's adapters in its weights, float16. */
    Path writeMerged(Path adapters) throws IOException {
        Path file = adapters.resolveSibling("merged.safetensors");
        Map<String, String> metadata;
        try (SafetensorsFile f = SafetensorsFile.open(adapters)) {
            metadata = new LinkedHashMap<>(f.metadata());
        }
        metadata.keySet().removeAll(LoraAdapters.METADATA_KEYS);
        try (Kernels kernels = KernelProviders.defaultKernels();
                DenoisingUnet unet = merged(adapters, kernels)) {
            SafetensorsWriter.write(file, unet.state(), Dtype.F16, metadata);
        }
        return file;
    }
}
