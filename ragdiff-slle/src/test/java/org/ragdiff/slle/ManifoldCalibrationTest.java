package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

/** Scores of bad structures are uniform on [0.4, 1), of good ones on [0, 0.6): all figures are known. */
class ManifoldCalibrationTest {
    private static final double PRIOR = 0.3;

    @TempDir
    Path folder;

    /** Scores and IoUs. */
    private record Sample(double[] scores, double[] ious) {
        static Sample of(Random random, int n) {
            Sample s = new Sample(new double[n], new double[n]);
            for (int i = 0; i < n; i++) {
                boolean bad = random.nextDouble() < PRIOR;
                s.scores[i] = bad ? 0.4 + 0.6 * random.nextDouble() : 0.6 * random.nextDouble();
                s.ious[i] = bad ? 0.5 : 0.9;
            }
            return s;
        }

        ManifoldCalibration fit(double share) {
            return ManifoldCalibration.fit("slle", scores, ious, 0.7, share);
        }
    }

    @Test
    void thresholdProbabilityPrecisionAndRecallAreThoseOfTheDistribution() {
        Random random = new Random(1);
        ManifoldCalibration c = Sample.of(random, 40_000).fit(0.9);
        assertThat(c.threshold()).isEqualTo(0.46, within(0.01));
        assertThat(c.probability(0.2)).isEqualTo(0, within(0.01));
        assertThat(c.probability(0.5)).isEqualTo(PRIOR, within(0.03));
        assertThat(c.probability(0.8)).isEqualTo(1, within(0.01));
        assertThat(c.probability(-1)).isZero();
        Sample other = Sample.of(random, 40_000);
        ManifoldCalibration.Quality q = c.quality(other.scores, other.ious);
        double goodFlagged = 0.14 / 0.6 * (1 - PRIOR);
        assertThat(q.recall()).isEqualTo(0.9, within(0.01));
        assertThat(q.precision()).isEqualTo(0.9 * PRIOR / (0.9 * PRIOR + goodFlagged), within(0.02));
        assertThat(q.bad()).isCloseTo((int) (PRIOR * 40_000), within(500));
    }

    /** Of m = 19 bad ones and a share of 0.9 a new bad one is flagged with probability 18/20 in the mean, exactly. */
    @Test
    void shareHoldsForSmallSamplesToo() {
        Random random = new Random(2);
        double flagged = 0;
        int rounds = 20_000;
        for (int r = 0; r < rounds; r++) {
            double[] scores = random.doubles(19).toArray();
            ManifoldCalibration c = ManifoldCalibration.fit("slle", scores, new double[19], 0.7, 0.9);
            // The rank 2 is the threshold: scores from it on are flagged, a new one with probability 18/20.
            flagged += 1 - c.threshold();
        }
        assertThat(flagged / rounds).isEqualTo(18.0 / 20, within(0.002));
    }

    @Test
    void stepsAreTheIsotonicRegression() {
        double[] scores = {0.5, 0.1, 0.2, 0.3, 0.4, 0.4};
        // In order: good, bad, good, (bad, good), bad: means 0, 1/2 of two pools joined, 1.
        double[] ious = {0.1, 0.9, 0.1, 0.9, 0.1, 0.9};
        ManifoldCalibration c = ManifoldCalibration.fit("slle", scores, ious, 0.7, 0.5);
        assertThat(c.steps()).containsExactly(0.1, 0.2, 0.5);
        assertThat(c.probabilities()).containsExactly(0.0, 0.5, 1.0);
        assertThat(c.garments()).isEqualTo(6);
        assertThat(c.bad()).isEqualTo(3);
        // Rank floor(0.5 * 4) = 2 of the bad scores 0.2, 0.4, 0.5.
        assertThat(c.threshold()).isEqualTo(0.4);
        assertThat(c.flags(0.4)).isTrue();
        assertThat(c.flags(0.39)).isFalse();
    }

    @Test
    void tooFewBadOnesFlagAll() {
        ManifoldCalibration c =
                ManifoldCalibration.fit("slle", new double[] {0.1, 0.9}, new double[] {0.9, 0.2}, 0.7, 0.9);
        assertThat(c.flags(0)).isTrue();
        assertThatThrownBy(() -> ManifoldCalibration.fit("slle", new double[2], new double[1], 0.7, 0.9))
                .hasMessageContaining("2 scores and 1 IoUs");
        assertThatThrownBy(() -> ManifoldCalibration.fit("slle", new double[1], new double[1], 0.7, 1))
                .hasMessageContaining("share must be in (0, 1)");
        assertThatThrownBy(() -> ManifoldCalibration.fit("slle", new double[] {Double.NaN}, new double[1], 0.7, 0.9))
                .hasMessageContaining("garment 0 has the score NaN");
    }

    @Test
    void fileIsReadAsWritten() throws IOException {
        ManifoldCalibration c = Sample.of(new Random(3), 200).fit(0.8);
        Path file = folder.resolve("deep/manifold.json");
        c.write(file);
        assertThat(ManifoldCalibration.read(file)).isEqualTo(c);
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
        String text = Files.readString(file);
        for (String wrong : List.of(
                "",
                "null",
                "{}",
                text.replace("\"format\" : 1", "\"format\" : 2"),
                text.replace("\"share\" : 0.8", "\"share\" : 8"),
                text.replace("\"bad\"", "\"other\""))) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> ManifoldCalibration.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("manifold.json");
        }
    }

    @Test
    void guidanceCarriesTheProbability() {
        StructureQuery query = StructureExamples.query(24, 1, true);
        List<Neighbour> neighbours = StructureExamples.ranked(query, StructureExamples.entries(20, 24, 3));
        StructureGuidance plain = Aggregators.byName("slle").aggregate(query, neighbours);
        ManifoldCalibration c = new ManifoldCalibration(
                1, "slle", 0.7, 0.9, 0.5, List.of(0.0, plain.outOfManifold()), List.of(0.1, 0.75), 10, 2);
        StructureGuidance g = new CalibratedManifold(Aggregators.byName("slle"), c).aggregate(query, neighbours);
        assertThat(g.outOfManifold()).isEqualTo(0.75);
        assertThat(g.residual()).isEqualTo(plain.residual());
        assertThatThrownBy(() -> new CalibratedManifold(Aggregators.byName("top1"), c))
                .hasMessageContaining("of the aggregator slle, not of top1");
    }
}
