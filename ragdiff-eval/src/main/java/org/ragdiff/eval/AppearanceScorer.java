package org.ragdiff.eval;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.eval.metric.PatternDifference;
import org.ragdiff.eval.metric.PatternOptions;
import org.ragdiff.eval.perceptual.Dists;
import org.ragdiff.eval.perceptual.Lpips;
import org.ragdiff.eval.perceptual.PerceptualFiles;
import org.ragdiff.eval.perceptual.StandIns;

/**
 * What {@code ragdiff/v2} measures beside the {@link Scorer}: distances of the shape of LPIPS and DISTS in the stand-in
 * networks, which need no downloaded weights, and the pattern inside the true silhouette. Thread-safe until closed.
 */
public final class AppearanceScorer implements AutoCloseable {
    private final Lpips lpips;
    private final Dists dists;

    /** @param networks what computes the stand-ins, such as {@code ExactNetwork::new} */
    public AppearanceScorer(PerceptualFiles.NetworkFactory networks) {
        this.lpips = StandIns.lpips(networks);
        this.dists = StandIns.dists(networks);
    }

    /**
     * @param generated square, of the protocol's side
     * @param truth likewise
     * @param where the true silhouette, likewise
     * @return figures by name, in a fixed order: lpipsShaped, distsShaped and, where the true garment has a pattern,
     *     patternLost (share of its squares in which the result has none) and, where both have one, patternOctaves and
     *     patternDegrees
     * @throws IllegalArgumentException if sizes differ
     */
    public Map<String, Double> compare(RgbImage generated, RgbImage truth, Silhouette where) {
        Map<String, Double> out = new LinkedHashMap<>();
        out.put("lpipsShaped", lpips.of(generated, truth));
        out.put("distsShaped", dists.of(generated, truth));
        PatternDifference p = PatternDifference.of(generated, truth, where, PatternOptions.ofSide(truth.width()));
        putIfMeasured(out, "patternLost", p.lost());
        putIfMeasured(out, "patternOctaves", p.octaves());
        putIfMeasured(out, "patternDegrees", p.degrees());
        return out;
    }

    private static void putIfMeasured(Map<String, Double> out, String name, double value) {
        if (!Double.isNaN(value)) {
            out.put(name, value);
        }
    }

    @Override
    public void close() {
        lpips.close();
        dists.close();
    }
}
