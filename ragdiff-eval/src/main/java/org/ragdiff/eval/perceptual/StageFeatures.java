package org.ragdiff.eval.perceptual;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.eval.feature.FeatureExtractor;
import org.ragdiff.eval.feature.Features;

/** The last stage of a {@link StageNetwork}, averaged over space, for distances of sets. */
public final class StageFeatures implements FeatureExtractor {
    private static final double[] HALF = {0.5, 0.5, 0.5};

    private final String name;
    private final String fingerprint;
    private final StageNetwork network;
    private final int side;
    private final int dimension;

    /**
     * @param name that is printed with figures
     * @param fingerprint of the network's weights
     * @param network closed with this
     * @param side of the square that pictures are resized to, bilinearly; pixels then go to [−1, 1]
     */
    public StageFeatures(String name, String fingerprint, StageNetwork network, int side) {
        List<Integer> channels = network.backbone().stageChannels();
        this.name = name;
        this.network = network;
        this.side = side;
        this.dimension = channels.get(channels.size() - 1);
        this.fingerprint = Sha256.of("stage features " + network.backbone() + fingerprint + side);
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
    public int dimension() {
        return dimension;
    }

    @Override
    public Features extract(List<RgbImage> images) {
        List<FeatureMap> inputs = new ArrayList<>();
        for (RgbImage image : images) {
            RgbImage sized = Resize.rgb(image, side, side, ResampleFilter.BILINEAR);
            inputs.add(FeatureMap.of(sized).normalised(1, 0, HALF, HALF));
        }
        double[] out = new double[images.size() * dimension];
        List<List<FeatureMap>> stages = network.stages(inputs);
        for (int n = 0; n < images.size(); n++) {
            FeatureMap last = stages.get(n).get(stages.get(n).size() - 1);
            for (int i = 0; i < last.values().length; i++) {
                out[n * dimension + i % dimension] += last.values()[i] / last.area();
            }
        }
        return Features.wrap(dimension, out);
    }

    @Override
    public void close() {
        network.close();
    }
}
