package org.ragdiff.eval.perceptual;

import java.util.Arrays;
import java.util.List;

/**
 * Distances of the shape of LPIPS, DISTS and FID that need no downloaded weights, for comparisons within one experiment.
 * The network is a narrow VGG-16 with random weights of a fixed seed ({@link BackboneWeights#random}): it has seen
 * neither the data nor any model that is compared, unlike a codec or an encoder of our own, whose likings would favour
 * results of that same codec. Naeem et al. (2020) take random networks of this layout where ImageNet's features do not
 * fit; Zhang et al. (2018) found untrained networks well below trained ones as a model of human judgement. Values are
 * not on the scale of the real ones, and the names say so.
 */
public final class StandIns {
    /** Channels of the first block; VGG-16 has 64. */
    public static final int WIDTH = 16;

    /** Of the weights. */
    public static final long SEED = 20_260_101;

    /** The network's name, which says all that its weights follow from. */
    public static final String NETWORK = "random-vgg16-w" + WIDTH + "-s" + SEED;

    private StandIns() {}

    /** LPIPS' form, with heads of ones as the reference code's baseline; named {@code lpips-shaped/random-vgg16-…}. */
    public static Lpips lpips(PerceptualFiles.NetworkFactory networks) {
        Backbone backbone = Backbone.vgg16OfWidth(WIDTH);
        BackboneWeights weights = BackboneWeights.random(backbone, SEED);
        List<double[]> heads =
                backbone.stageChannels().stream().map(StandIns::ones).toList();
        return new Lpips("lpips-shaped/" + NETWORK, weights.fingerprint(), networks.open(backbone, weights), heads);
    }

    /** DISTS' form with equal alpha and beta; named {@code dists-shaped/random-vgg16-…}. */
    public static Dists dists(PerceptualFiles.NetworkFactory networks) {
        Backbone backbone = Backbone.vgg16SmoothOfWidth(WIDTH);
        BackboneWeights weights = BackboneWeights.random(backbone, SEED);
        int channels = 3
                + backbone.stageChannels().stream().mapToInt(Integer::intValue).sum();
        return new Dists(
                "dists-shaped/" + NETWORK,
                weights.fingerprint(),
                networks.open(backbone, weights),
                ones(channels),
                ones(channels));
    }

    /** The last stage's means of pictures at 128 px, 128 numbers; named {@code fid-shaped/random-vgg16-…}. */
    public static StageFeatures features(PerceptualFiles.NetworkFactory networks) {
        Backbone backbone = Backbone.vgg16OfWidth(WIDTH);
        BackboneWeights weights = BackboneWeights.random(backbone, SEED);
        return new StageFeatures("fid-shaped/" + NETWORK, weights.fingerprint(), networks.open(backbone, weights), 128);
    }

    private static double[] ones(int n) {
        double[] out = new double[n];
        Arrays.fill(out, 1);
        return out;
    }
}
