package org.ragdiff.eval.perceptual;

import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.provenance.Sha256;

/**
 * Learned perceptual image patch similarity (Zhang et al. 2018), version 0.1 as the reference code computes it: pixels
 * in [−1, 1], shifted and scaled; at each cell of each stage the channels are divided by (their Euclidean norm + 1e-10);
 * squared differences, weighted by channel, are averaged over space and summed over channels and stages.
 */
public final class Lpips implements PerceptualDistance {
    private static final double EPSILON = 1e-10;
    private static final double[] SHIFT = {-.030f, -.088f, -.188f};
    private static final double[] SCALE = {.458f, .448f, .450f};

    private final String name;
    private final String fingerprint;
    private final StageNetwork network;
    private final List<double[]> heads;
    private final double[] shift;
    private final double[] scale;

    /**
     * With the shift and scale of the reference code.
     *
     * @param network closed with this
     * @param fingerprint of the network's weights
     * @param heads one weight for each channel of each stage
     */
    public Lpips(String name, String fingerprint, StageNetwork network, List<double[]> heads) {
        this(name, fingerprint, network, heads, SHIFT, SCALE);
    }

    /** As {@link #Lpips(String, String, StageNetwork, List)} with another scaling layer, three numbers each. */
    public Lpips(
            String name,
            String fingerprint,
            StageNetwork network,
            List<double[]> heads,
            double[] shift,
            double[] scale) {
        List<Integer> channels = network.backbone().stageChannels();
        if (!channels.equals(heads.stream().map(h -> h.length).toList())) {
            throw new IllegalArgumentException(
                    "the stages of " + network.backbone().name() + " have " + channels
                            + " channels, the heads "
                            + heads.stream().map(h -> h.length).toList());
        }
        this.name = name;
        this.network = network;
        this.heads = heads.stream().map(double[]::clone).toList();
        this.shift = shift.clone();
        this.scale = scale.clone();
        this.fingerprint = Sha256.of("lpips 0.1 " + network.backbone() + fingerprint
                + heads.stream().map(Arrays::toString).toList() + Arrays.toString(shift) + Arrays.toString(scale));
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
        return Arrays.stream(perStage(a, b)).sum();
    }

    /** What each stage adds. */
    public double[] perStage(RgbImage a, RgbImage b) {
        PicturePair.requireEqualSizes(a, b);
        List<List<FeatureMap>> stages = network.stages(List.of(prepared(a), prepared(b)));
        double[] out = new double[heads.size()];
        for (int s = 0; s < out.length; s++) {
            out[s] = difference(stages.get(0).get(s), stages.get(1).get(s), heads.get(s));
        }
        return out;
    }

    private FeatureMap prepared(RgbImage image) {
        return FeatureMap.of(image).normalised(2, -1, shift, scale);
    }

    private static double difference(FeatureMap a, FeatureMap b, double[] head) {
        int c = a.channels();
        double sum = 0;
        for (int cell = 0; cell < a.area(); cell++) {
            double normA = norm(a, cell) + EPSILON;
            double normB = norm(b, cell) + EPSILON;
            for (int k = 0; k < c; k++) {
                double d = a.values()[cell * c + k] / normA - b.values()[cell * c + k] / normB;
                sum += head[k] * d * d;
            }
        }
        return sum / a.area();
    }

    private static double norm(FeatureMap x, int cell) {
        double sum = 0;
        for (int i = cell * x.channels(); i < (cell + 1) * x.channels(); i++) {
            sum += x.values()[i] * x.values()[i];
        }
        return Math.sqrt(sum);
    }

    @Override
    public void close() {
        network.close();
    }
}
