package org.ragdiff.eval.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.inference.WilcoxonSignedRankTest;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    /** Darwin's maize heights: SciPy's documentation of {@code scipy.stats.wilcoxon} gives both figures. */
    @Test
    void wilcoxonEqualsTheDocumentedExample() {
        double[] d = {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75};
        PairedWilcoxon w = PairedWilcoxon.test(d, new double[d.length]);
        assertThat(w.statistic()).isEqualTo(96);
        assertThat(w.pValue()).isEqualTo(0.041259765625, within(1e-15));
        assertThat(w.exact()).isTrue();
        assertThat(w.rankBiserial()).isEqualTo((96 - 24) / 120.0, within(1e-15));
    }

    @Test
    void exactEqualsCommonsMath() {
        Random random = new Random(3);
        for (int round = 0; round < 10; round++) {
            int n = 5 + round;
            double[] a = random.doubles(n).toArray();
            double[] b = random.doubles(n).map(v -> v + 0.2).toArray();
            double expected = new WilcoxonSignedRankTest().wilcoxonSignedRankTest(a, b, true);
            assertThat(PairedWilcoxon.test(a, b).pValue()).isEqualTo(Math.min(1, expected), within(1e-12));
        }
    }

    /** All signs enumerated, with ties. */
    @Test
    void exactWithTiesEqualsEnumeration() {
        double[] d = {1, 1, -1, 2, 2, -3, 3, 3, 4, 1};
        PairedWilcoxon w = PairedWilcoxon.test(d, new double[d.length]);
        double[] ranks = {2.5, 2.5, 2.5, 5.5, 5.5, 8, 8, 8, 10, 2.5};
        double extreme = Math.min(w.statistic(), 55 - w.statistic());
        int hits = 0;
        for (int signs = 0; signs < 1 << d.length; signs++) {
            double sum = 0;
            for (int i = 0; i < d.length; i++) {
                sum += (signs >> i & 1) == 1 ? ranks[i] : 0;
            }
            hits += sum <= extreme ? 1 : 0;
        }
        assertThat(w.statistic()).isEqualTo(55 - 2.5 - 8);
        assertThat(w.pValue()).isEqualTo(2.0 * hits / (1 << d.length), within(1e-12));
    }

    @Test
    void normalApproximationIsNearTheExactValue() {
        Random random = new Random(4);
        int n = PairedWilcoxon.EXACT_LIMIT;
        double[] a = random.doubles(n + 1).toArray();
        double[] b = random.doubles(n + 1).map(v -> v + 0.06).toArray();
        PairedWilcoxon approximate = PairedWilcoxon.test(a, b);
        a[n] = b[n];
        PairedWilcoxon exact = PairedWilcoxon.test(a, b);
        assertThat(approximate.exact()).isFalse();
        assertThat(exact.exact()).isTrue();
        assertThat(exact.used()).isEqualTo(n);
        assertThat(approximate.pValue()).isEqualTo(exact.pValue(), within(0.03));
    }

    @Test
    void equalSamplesAreNoEvidence() {
        PairedWilcoxon w = PairedWilcoxon.test(new double[] {1, 2}, new double[] {1, 2});
        assertThat(w.pValue()).isEqualTo(1);
        assertThat(w.used()).isZero();
        assertThatThrownBy(() -> PairedWilcoxon.test(new double[1], new double[2]))
                .hasMessageContaining("equal");
        assertThatThrownBy(() -> PairedWilcoxon.test(new double[] {Double.NaN}, new double[1]))
                .hasMessageContaining("not a number");
    }

    @Test
    void bootstrapIntervalIsNearStudents() {
        double[] x = new Random(5).doubles(400).toArray();
        MeanInterval ci = MeanInterval.bootstrap(x, 0.95, 5000, 1);
        double mean = Arrays.stream(x).average().orElseThrow();
        double sd = Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / 399);
        double half = new TDistribution(399).inverseCumulativeProbability(0.975) * sd / 20;
        assertThat(ci.mean()).isEqualTo(mean, within(1e-12));
        assertThat(ci.low()).isEqualTo(mean - half, within(0.15 * half));
        assertThat(ci.high()).isEqualTo(mean + half, within(0.15 * half));
        assertThat(MeanInterval.bootstrap(x, 0.95, 5000, 1)).isEqualTo(ci);
        assertThat(MeanInterval.bootstrap(new double[] {3}, 9).low()).isEqualTo(3);
        assertThatThrownBy(() -> MeanInterval.bootstrap(new double[0], 1)).hasMessageContaining("empty");
    }
}
