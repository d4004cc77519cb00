package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.nn.LoraAdapters;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.LoraObjective;
import org.ragdiff.core.train.Objective;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.core.train.TrainingStage;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
import org.ragdiff.diffusion.refine.RefinerWeights;
import org.ragdiff.diffusion.refine.Unrefined;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.DiffusionBatch;
import org.ragdiff.diffusion.unet.DiffusionObjective;
import org.ragdiff.diffusion.unet.DiffusionTrainingOptions;
import org.ragdiff.diffusion.unet.UnetConfig;
import org.ragdiff.diffusion.unet.UnetDenoiser;
import org.ragdiff.diffusion.vae.VaeCodec;
import org.ragdiff.diffusion.vae.VaeWeights;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import org.ragdiff.slle.Aggregators;

/** Trains a denoiser on the latents of a trained VAE and the guidance of a trained StructureNet. */
final class DiffusionTraining {
    private final DiffusionRecipe recipe;
    private final Path file;
    private final RecipeUnets unets;

    DiffusionTraining(DiffusionRecipe recipe, Path file) {
        this.recipe = recipe;
        this.unets = new RecipeUnets(recipe);
        this.file = file;
    }

    /** Trains to the end and returns the weights' file. */
    Path run(boolean resume, TrainingListener listener) throws IOException {
        Files.createDirectories(recipe.out());
        GarmentStore garments;
        PairSource pairs;
        Map<String, String> parts;
        FeatureCache features;
        HeldOutSamples heldOut = null;
        int cells;
        try (Kernels kernels = KernelProviders.defaultKernels();
                VaeCodec vae = VaeWeights.load(recipe.vae(), kernels);
                StructureNetEncoder encoder = StructureNetEncoder.load(recipe.structure(), kernels);
                PhotoAligner aligner = RecipeAligners.open(recipe.alignment(), recipe.secondLook(), kernels);
                LandmarkRefiner refiner = refiner(kernels)) {
            checkFit(vae, encoder);
            TrainingData.Opened data = recipe.data().open(Preparation.progress());
            garments = data.own().garments();
            cells = garments.side() / vae.factor();
            parts = Map.of(ModelFolder.CODEC, vae.fingerprint(), ModelFolder.ALIGNMENT, aligner.fingerprint());
            pairs = data.own().mirroredPairs(recipe.views(), recipe.training().seed());
            DiffusionFeatures maker = new DiffusionFeatures(
                    vae,
                    new PairReader(
                            encoder,
                            new TrainedAttributeExtractor(encoder, ModelFolder.ATTRIBUTE_CONFIDENCE),
                            Aggregators.byName(recipe.aggregator()),
                            aligner,
                            new SilhouetteFusion(recipe.silhouetteFusion())),
                    refiner,
                    recipe.network().referenceVisibility());
            features = maker.openOrCompute(
                    recipe.out().resolve("features.bin"),
                    pairs,
                    Math.multiplyExact(recipe.turns(), pairs.garments()),
                    garments,
                    Preparation.features());
            if (recipe.trainer().validateEvery() > 0) {
                WildPairs others = new WildPairs(
                        data.heldOut(),
                        data.heldOutScenery(),
                        recipe.views(),
                        ~recipe.training().seed());
                heldOut = HeldOutSamples.of(maker, others, garments, recipe.out());
            }
        }
        train(resume, listener, features, heldOut, cells, pairs.fingerprint(), parts);
        return recipe.lora() == null ? Trainer.weights(recipe.out()) : unets.writeMerged(Trainer.weights(recipe.out()));
    }

    private LandmarkRefiner refiner(Kernels kernels) throws IOException {
        return recipe.refiner() == null ? new Unrefined() : RefinerWeights.load(recipe.refiner(), kernels);
    }

    private void train(
            boolean resume,
            TrainingListener listener,
            FeatureCache features,
            HeldOutSamples heldOut,
            int cells,
            String data,
            Map<String, String> parts)
            throws IOException {
        long seed = recipe.training().seed();
        DiffusionBatches batches = batches(features, cells, recipe.landmarkJitter());
        Provenance provenance = provenance(data);
        List<DenoisingUnet> networks = new ArrayList<>();
        List<LoraAdapters> adapters = new ArrayList<>();
        try (Kernels kernels = TrainingKernels.open(recipe.precision())) {
            List<Objective> replicas = new ArrayList<>();
            for (int i = 0; i < recipe.replicas(); i++) {
                networks.add(unets.start());
                DiffusionObjective objective = objective(networks.get(i), batches, i, parts);
                boolean validated = heldOut != null && i == 0;
                if (validated) {
                    List<DiffusionBatch> others = batches(heldOut.features(), cells, 0)
                            .all(recipe.training().batch());
                    objective = objective.withValidation(others, kernels);
                }
                ProvenObjective proven = ProvenObjective.of(objective, provenance);
                if (validated) {
                    proven = proven.withInspection(preview(heldOut, cells, kernels));
                }
                if (recipe.lora() == null) {
                    replicas.add(proven);
                } else {
                    adapters.add(LoraAdapters.attach(new SplittableRandom(seed), networks.get(i), recipe.lora()));
                    replicas.add(new LoraObjective(proven, adapters.get(i)));
                }
            }
            new Trainer(replicas, recipe.trainer(), kernels, recipe.out()).run(resume, listener);
        } finally {
            adapters.forEach(LoraAdapters::close);
            networks.forEach(DenoisingUnet::close);
        }
    }

    /** Names the weights that the network starts from, and the stages. */
    private Provenance provenance(String data) throws IOException {
        Provenance out = ProvenObjective.provenance(
                "diffusion", file, data, recipe.training().seed());
        if (recipe.start() != null) {
            out = out.withWeights("start", Sha256.of(recipe.start()));
        }
        List<TrainingStage> stages = recipe.trainer().stages();
        return stages.isEmpty()
                ? out
                : out.withProtocol("in stages: "
                        + stages.stream().map(TrainingStage::toString).collect(Collectors.joining("; ")));
    }

    private DiffusionBatches batches(FeatureCache features, int cells, double landmarkJitter) {
        return new DiffusionBatches(
                features,
                cells,
                recipe.network().latentChannels(),
                recipe.network().referenceLatentChannels(),
                recipe.network().structureDimension(),
                landmarkJitter);
    }

    private ProvenObjective.Inspection preview(HeldOutSamples heldOut, int cells, Kernels kernels) {
        DiffusionBatch samples =
                batches(heldOut.features(), cells, 0).inOrder(0, heldOut.shown().size());
        DiffusionPreview preview = new DiffusionPreview(samples, heldOut.shown(), recipe.out());
        return (step, weights, metrics) -> {
            try (UnetDenoiser denoiser = unets.trained(weights, kernels);
                    VaeCodec vae = VaeWeights.load(recipe.vae(), kernels)) {
                preview.draw(step, denoiser, vae, metrics);
            }
        };
    }

    /** Before hours of work on features that the network cannot take. */
    private void checkFit(VaeCodec vae, StructureNetEncoder encoder) throws IOException {
        UnetConfig network = recipe.network();
        if (network.latentChannels() != vae.channels()) {
            throw new BadInputException("network.latentChannels is " + network.latentChannels() + ", but "
                    + recipe.vae() + " makes latents of " + vae.channels() + " channels");
        }
        if (network.structureDimension() != encoder.structureDimension()) {
            throw new BadInputException("network.structureDimension is " + network.structureDimension() + ", but "
                    + recipe.structure() + " makes vectors of " + encoder.structureDimension());
        }
        if (recipe.start() != null && !Files.isRegularFile(recipe.start())) {
            throw new BadInputException("start is " + recipe.start() + ", which is no file; give weights, or null");
        }
        int multiple = vae.factor() * network.sideMultiple();
        if (recipe.data().side() % multiple != 0) {
            throw new BadInputException("data.side is " + recipe.data().side() + ", expected a multiple of " + multiple
                    + ", since the VAE divides sides by " + vae.factor() + " and the network has "
                    + network.levels().size() + " levels");
        }
        try (DenoisingUnet unet = unets.start()) {
            if (recipe.lora() == null) {
                recipe.trainer().requireFit(unet.parameters().keySet());
            }
        }
    }

    /** Of a replica's part of each batch, with batches, noise and dropout of its own. */
    private DiffusionObjective objective(
            DenoisingUnet unet, DiffusionBatches batches, int replica, Map<String, String> parts) {
        DiffusionTrainingOptions part = recipe.training()
                .withBatch(recipe.training().batch() / recipe.replicas())
                .withSeed(recipe.training().seed() + 1_000_003L * replica);
        Prefetched<DiffusionBatch> ahead = new Prefetched<>(step -> batches.batch(part.seed(), step, part.batch()));
        return new DiffusionObjective(unet, (s, step, size) -> ahead.batch(step), recipe.schedule(), part, parts);
    }
}
