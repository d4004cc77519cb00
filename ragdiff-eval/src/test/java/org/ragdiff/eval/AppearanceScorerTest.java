package org.ragdiff.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.eval.perceptual.ExactNetwork;
import org.ragdiff.eval.protocol.Protocols;
import org.ragdiff.eval.protocol.RagdiffProtocol;

class AppearanceScorerTest {
    private static final int SIDE = 128;
    private static final AppearanceScorer SCORER = new AppearanceScorer(ExactNetwork::new);

    @AfterAll
    static void close() {
        SCORER.close();
    }

    private static Silhouette all() {
        boolean[] inside = new boolean[SIDE * SIDE];
        Arrays.fill(inside, true);
        return new Silhouette(SIDE, SIDE, inside);
    }

    private static RgbImage stripes(double period, double contrast) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(130 + contrast * Math.sin(2 * Math.PI * (i / 3 % SIDE) / period));
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    @Test
    void equalPicturesDifferInNothing() {
        Map<String, Double> same = SCORER.compare(stripes(4, 50), stripes(4, 50), all());
        assertThat(same)
                .containsOnlyKeys("lpipsShaped", "distsShaped", "patternLost", "patternOctaves", "patternDegrees");
        same.forEach((name, value) -> assertThat(value).as(name).isEqualTo(0, within(1e-9)));
    }

    @Test
    void figuresGrowWithWhatIsWrong() {
        RgbImage truth = stripes(4, 50);
        Map<String, Double> wider = SCORER.compare(stripes(8, 50), truth, all());
        assertThat(wider.get("patternOctaves")).isEqualTo(1, within(0.05));
        Map<String, Double> fainter = SCORER.compare(stripes(4, 35), truth, all());
        Map<String, Double> plain = SCORER.compare(stripes(4, 0), truth, all());
        for (String distance : new String[] {"lpipsShaped", "distsShaped"}) {
            assertThat(plain.get(distance)).isGreaterThan(fainter.get(distance)).isPositive();
            assertThat(fainter.get(distance)).isPositive();
        }
        assertThat(plain.get("patternLost")).isEqualTo(1);
        assertThat(plain).doesNotContainKeys("patternOctaves", "patternDegrees");
        // A truth without a pattern has none to lose.
        assertThat(SCORER.compare(truth, stripes(4, 0), all())).containsOnlyKeys("lpipsShaped", "distsShaped");
    }

    /** The hash that was published with docs/ablations/paper.md: what a released name means does not change. */
    @Test
    void theFirstProtocolIsWhatItWas() {
        assertThat(RagdiffProtocol.of(Protocol.V1).hash()).startsWith("7d2f6527d0d4");
        assertThat(Protocols.named("ragdiff/v2").metricNames())
                .containsAll(Protocols.named("ragdiff/v1").metricNames())
                .contains("lpipsShaped", "distsShaped", "patternLost");
    }
}
