package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Recipes of networks that take milliseconds a step, as files. */
final class TinyRecipes {
    static final int STEPS = 4;

    private static final String VIEWS = "{side: 32, rotation: 15, rareRotation: 30, warp: 0.018, perspective: 0.12,"
            + " smallest: 0.62, largest: 0.97, cropChance: 0.1, foldChance: 0.25, occluderChance: 0.35, shading: 0.5,"
            + " colourCast: 0.07, noise: 4, blur: 0.8, lowestJpegQuality: 60}\n";
    private static final String TRAINER = "trainer: {steps: " + STEPS
            + ", learningRate: 1.0e-3, warmupSteps: 2, schedule: COSINE, beta1: 0.9, beta2: 0.99, weightDecay: 0.01,"
            + " maxGradientNorm: 1, emaDecay: 0.9, logEvery: 1, checkpointEvery: 2, validateEvery: 0, checkpointing: false}\n";

    private TinyRecipes() {}

    private static String head(Path out) {
        return "data: {photos: null, synthetic: 12, seed: 1, side: 32, cache: null}\nout: " + out
                + "\nprecision: F32\n";
    }

    static String vae(Path out) {
        return head(out)
                + """
                wildShare: 0.25
                network: {latentChannels: 3, patchSize: 2, encoderChannels: [4, 6], decoderChannels: [6, 8],
                  encoderLayers: 1, decoderLayers: 1, midLayers: 1, normGroups: 2}
                training: {batch: 2, reconstruction: {absolute: 0.5, squared: 2, edges: 0.5}, klWeight: 1.0e-5, seed: 1}
                """
                + TRAINER;
    }

    static String structure(Path out) {
        return structure(
                out,
                "{backbone: conv, side: 32, channels: [4, 4, 8, 8], blocks: [0, 1, 0], hidden: 12}",
                "{backbone: vit, side: 32, channels: [4, 4, 8, 8], blocks: [0, 1, 0], hidden: 12}");
    }

    static String structure(Path out, String wild, String standard) {
        return head(out)
                + "batch: 4\nviews: " + VIEWS + "network:\n  wild: " + wild + "\n  standard: " + standard
                + """

                  dimension: 8
                  normGroups: 2
                  fieldSide: 16
                  fieldLimit: 0.2
                  decoderHidden: 12
                  readerChannels: 8
                  readerLayers: 1
                  readerHeads: 2
                  appearance: null
                training: {seed: 1, contrastiveWeight: 1, fieldWeight: 8, readFieldWeight: 8, fieldBeta: 0.1,
                  attributeWeight: 0.2, maskWeight: 1, targetSoftness: 0.5, targetWidth: 0.05,
                  allAttributesDropout: 0.5, attributeDropout: 0.3}
                """
                + TRAINER;
    }

    static String appearance(Path out, Path structure) {
        return head(out) + "structure: " + structure + "\nbatch: 4\nviews: " + VIEWS
                + """
                network: {bins: 3, dimension: 6}
                training: {seed: 1, loss: SIGLIP, hardNegatives: 5, refreshEvery: 2, part: 3,
                  allAttributesDropout: 0.5, attributeDropout: 0.3}
                """
                + TRAINER;
    }

    static String alignment(Path out) {
        return head(out) + "replicas: 2\nrepeats: 2\ndyed: 0.5\nviews: " + VIEWS
                + """
                network: {side: 32, patchSize: 2, channels: [4, 8], midLayers: 1, headChannels: 4, normGroups: 2}
                training: {batch: 4, positionWeight: 10, positionBeta: 0.02, lightWeight: 3, seed: 1}
                """
                + TRAINER;
    }

    static String refiner(Path out, Path structure, Path alignment) {
        return head(out) + "structure: " + structure + "\nalignment: " + alignment
                + "\nsilhouetteFusion: 0.5\naggregator: slle\nreplicas: 2\nturns: 1\ndyed: 0.5\nviews: " + VIEWS
                + """
                network: {channels: [4, 8, 8], midLayers: 1, headChannels: 4, normGroups: 2}
                training: {batch: 4, fieldWeight: 0.1, seed: 1}
                """
                + TRAINER;
    }

    /** @param alignment null for known positions */
    static String diffusion(Path out, Path vae, Path structure, Path alignment) {
        return head(out) + "start: null\nvae: " + vae + "\nstructure: " + structure
                + "\nalignment: " + alignment
                + "\naggregator: slle\nreplicas: 2\nturns: 1\nviews: " + VIEWS
                + """
                landmarkJitter: 0.01
                schedule: {numTrainTimesteps: 1000, betaStart: 1.0e-4, betaEnd: 0.02, betaSchedule: SQUAREDCOS_CAP_V2,
                  rescaleBetasZeroSnr: false, predictionType: V}
                network:
                  latentChannels: 3
                  levels:
                    - {channels: 6, attentionChannels: 4, ownTokens: false}
                    - {channels: 10, attentionChannels: 8, ownTokens: true}
                  layersPerBlock: 1
                  timeChannels: 12
                  headChannels: 4
                  feedForwardMultiplier: 2
                  structureDimension: 8
                  structureTokens: 3
                  contextChannels: 7
                  guiderChannels: [4, 6]
                  referenceChannels: [4, 8]
                  normGroups: 2
                  referenceVisibility: true
                training: {batch: 4, structureDropout: 0.15, landmarkDropout: 0.15, referenceDropout: 0.1,
                  allDropout: 0.05, minSnrGamma: 5, seed: 1}
                """
                + TRAINER;
    }

    static Path write(Path file, String recipe) throws IOException {
        return Files.writeString(file, recipe);
    }
}
