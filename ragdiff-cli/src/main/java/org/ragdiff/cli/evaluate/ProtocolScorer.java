package org.ragdiff.cli.evaluate;

import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.Scorer;

/** Brings pictures of any side to the protocol's and scores them there. Immutable, thread-safe. */
public final class ProtocolScorer {
    private final Scorer scorer;

    public ProtocolScorer(Protocol protocol) {
        this.scorer = new Scorer(Objects.requireNonNull(protocol, "protocol"));
    }

    public Protocol protocol() {
        return scorer.protocol();
    }

    /**
     * @param generated square; not modified
     * @return the figures of {@link Scorer#compare}
     */
    public Map<String, Double> compare(RgbImage generated, GarmentPair truth) {
        return scorer.compare(picture(generated), picture(truth.standard()), silhouette(truth.silhouette()));
    }

    private RgbImage picture(RgbImage image) {
        int side = scorer.protocol().side();
        return Resize.rgb(image, side, side, ResampleFilter.BICUBIC);
    }

    private Silhouette silhouette(Silhouette s) {
        int side = scorer.protocol().side();
        return s.width() == side ? s : SignedDistanceField.of(s).resize(side).toSilhouette();
    }
}
