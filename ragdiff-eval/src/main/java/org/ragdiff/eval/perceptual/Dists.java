package org.ragdiff.eval.perceptual;

import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.provenance.Sha256;

/**
 * Deep image structure and texture similarity (Ding et al. 2020) as the reference code computes it: the picture in
 * [0, 1] and the stages of a network with smooth pooling; 1 − Σ α · (2 μₓ μᵧ + c)/(μₓ² + μᵧ² + c) − Σ β · (2 σₓᵧ + c)/(σₓ² +
 * σᵧ² + c) over all channels, with moments over space, c = 1e-6 and α and β scaled to a joint sum of 1.
 */
public final class Dists implements PerceptualDistance {
    private static final double C = 1e-6;
    private static final double[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final double[] DEVIATION = {0.229f, 0.224f, 0.225f};

    private final String name;
    private final String fingerprint;
    private final StageNetwork network;
    private final double[] alpha;
    private final double[] beta;
    private final double[] mean;
    private final double[] deviation;

    /**
     * With the mean and deviation of ImageNet, as the reference code.
     *
     * @param network closed with this
     * @param fingerprint of the network's weights
     * @param alpha for the means, of the three channels of the picture and those of all stages
     * @param beta for the covariances, likewise
     */
    public Dists(String name, String fingerprint, StageNetwork network, double[] alpha, double[] beta) {
        this(name, fingerprint, network, alpha, beta, MEAN, DEVIATION);
    }

    /** As {@link #Dists(String, String, StageNetwork, double[], double[])} with another mean and deviation. */
    public Dists(
            String name,
            String fingerprint,
            StageNetwork network,
            double[] alpha,
            double[] beta,
            double[] mean,
            double[] deviation) {
        int channels = 3
                + network.backbone().stageChannels().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
        if (alpha.length != channels || beta.length != channels) {
            throw new IllegalArgumentException("the picture and the stages of "
                    + network.backbone().name() + " have " + channels + " channels, alpha and beta " + alpha.length
                    + " and " + beta.length);
        }
        double sum = Arrays.stream(alpha).sum() + Arrays.stream(beta).sum();
        if (!(sum > 0)) {
            throw new IllegalArgumentException("alpha and beta sum to " + sum + ", expected more than 0");
        }
        this.name = name;
        this.network = network;
        this.alpha = Arrays.stream(alpha).map(v -> v / sum).toArray();
        this.beta = Arrays.stream(beta).map(v -> v / sum).toArray();
        this.mean = mean.clone();
        this.deviation = deviation.clone();
        this.fingerprint = Sha256.of("dists " + network.backbone() + fingerprint + Arrays.toString(alpha)
                + Arrays.toString(beta) + Arrays.toString(mean) + Arrays.toString(deviation));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public double of(RgbImage a, RgbImage b) {
        PicturePair.requireEqualSizes(a, b);
        FeatureMap x = FeatureMap.of(a);
        FeatureMap y = FeatureMap.of(b);
        List<List<FeatureMap>> stages =
                network.stages(List.of(x.normalised(1, 0, mean, deviation), y.normalised(1, 0, mean, deviation)));
        double sum = difference(x, y, 0);
        int channel = 3;
        for (int s = 0; s < stages.get(0).size(); s++) {
            sum += difference(stages.get(0).get(s), stages.get(1).get(s), channel);
            channel += stages.get(0).get(s).channels();
        }
        return sum;
    }

    /** Σ α (1 − …) + β (1 − …): α and β sum to 1, and equal pictures are at 0 exactly. */
    private double difference(FeatureMap a, FeatureMap b, int channel) {
        double[] meanA = means(a);
        double[] meanB = means(b);
        int n = a.channels();
        double[] varianceA = new double[n];
        double[] varianceB = new double[n];
        double[] covariance = new double[n];
        for (int i = 0; i < a.values().length; i++) {
            int c = i % n;
            double dx = a.values()[i] - meanA[c];
            double dy = b.values()[i] - meanB[c];
            varianceA[c] += dx * dx;
            varianceB[c] += dy * dy;
            covariance[c] += dx * dy;
        }
        double sum = 0;
        for (int c = 0; c < n; c++) {
            double luminance = (2 * meanA[c] * meanB[c] + C) / (meanA[c] * meanA[c] + meanB[c] * meanB[c] + C);
            double structure = (2 * covariance[c] / a.area() + C) / ((varianceA[c] + varianceB[c]) / a.area() + C);
            sum += alpha[channel + c] * (1 - luminance) + beta[channel + c] * (1 - structure);
        }
        return sum;
    }

    private static double[] means(FeatureMap x) {
        double[] out = new double[x.channels()];
        for (int i = 0; i < x.values().length; i++) {
            out[i % out.length] += x.values()[i];
        }
        for (int c = 0; c < out.length; c++) {
            out[c] /= x.area();
        }
        return out;
    }

    @Override
    public void close() {
        network.close();
    }
}
