package org.ragdiff.cli.evaluate;

import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.eval.AppearanceScorer;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.Scorer;

/** Brings pictures of any side to the protocol's and scores them there. Immutable, thread-safe. */
public final class ProtocolScorer {
    private final Scorer scorer;
    private final AppearanceScorer appearance;

    public ProtocolScorer(Protocol protocol) {
        this(protocol, null);
    }

    /** @param appearance further figures; null for none; not closed */
    public ProtocolScorer(Protocol protocol, AppearanceScorer appearance) {
        this.scorer = new Scorer(Objects.requireNonNull(protocol, "protocol"));
        this.appearance = appearance;
    }

    public Protocol protocol() {
        return scorer.protocol();
    }

    /**
     * @param generated square; not modified
     * @return the figures of {@link Scorer#compare}, then those of {@link AppearanceScorer#compare}
     */
    public Map<String, Double> compare(RgbImage generated, GarmentPair truth) {
        RgbImage ours = picture(generated);
        RgbImage theirs = picture(truth.standard());
        Silhouette where = silhouette(truth.silhouette());
        Map<String, Double> out = scorer.compare(ours, theirs, where);
        if (appearance != null) {
            out.putAll(appearance.compare(ours, theirs, where));
        }
        return out;
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
