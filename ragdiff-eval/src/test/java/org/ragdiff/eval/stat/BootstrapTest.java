package org.ragdiff.eval.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ragdiff.eval.stat.Bootstrap.Method;

class BootstrapTest {
    /** Efron and Tibshirani (1993), table 14.1: spatial test data, test A. */
    private static final double[] SPATIAL = {
        48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41
    };

    private static double variance(double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
    }

    /** Their table 14.2: 90 % intervals of the variance, percentile (100.8, 233.9) and BCa (115.8, 259.6). */
    @Test
    void theTextbooksIntervals() {
        Bootstrap percentile = new Bootstrap(Method.PERCENTILE, 0.9, 40_000, 1);
        Interval plain = percentile.of(SPATIAL, BootstrapTest::variance);
        assertThat(plain.estimate()).isEqualTo(171.5, within(0.05));
        assertThat(plain.low()).isEqualTo(100.8, within(3.0));
        assertThat(plain.high()).isEqualTo(233.9, within(3.0));
        Interval bca = percentile.withMethod(Method.BCA).of(SPATIAL, BootstrapTest::variance);
        assertThat(bca.low()).isEqualTo(115.8, within(3.0));
        assertThat(bca.high()).isEqualTo(259.6, within(4.0));
    }

    /** Means of skewed samples: an interval of 95 % covers about as often, BCa more evenly than percentiles. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void coversAsOftenAsItSays(Method method) {
        SplittableRandom random = new SplittableRandom(11);
        int rounds = 1500;
        int below = 0;
        int above = 0;
        for (int r = 0; r < rounds; r++) {
            double[] x = new double[40];
            Arrays.setAll(x, i -> -Math.log(1 - random.nextDouble()));
            Interval ci = new Bootstrap(method, 0.95, 600, r).ofMean(x);
            below += ci.high() < 1 ? 1 : 0;
            above += ci.low() > 1 ? 1 : 0;
        }
        assertThat(1 - (below + above) / (double) rounds).isBetween(0.91, 0.965);
        double expected = method == Method.BCA ? 0.049 : 0.062;
        assertThat(below / (double) rounds).isLessThan(expected);
    }

    @Test
    void degenerateSamplesHaveAnInterval() {
        Bootstrap b = Bootstrap.defaults(3);
        assertThat(b.ofMean(new double[] {2})).isEqualTo(new Interval(2, 2, 2, 0.95, 1));
        assertThat(b.ofMean(new double[] {0.5, 0.5, 0.5})).isEqualTo(new Interval(0.5, 0.5, 0.5, 0.95, 3));
        Interval largest =
                b.of(new double[] {1, 2, 3, 4}, x -> Arrays.stream(x).max().orElseThrow());
        assertThat(largest.high()).isEqualTo(4);
    }

    @Test
    void sameSeedSameInterval() {
        double[] x = new SplittableRandom(5).doubles(30).toArray();
        assertThat(Bootstrap.defaults(7).ofMean(x))
                .isEqualTo(Bootstrap.defaults(7).ofMean(x))
                .isNotEqualTo(Bootstrap.defaults(8).ofMean(x));
    }

    @Test
    void refusesWhatHasNoInterval() {
        Bootstrap b = Bootstrap.defaults(3);
        assertThatThrownBy(() -> b.ofMean(new double[0])).hasMessageContaining("empty");
        assertThatThrownBy(() -> b.ofMean(new double[] {1, Double.NaN})).hasMessageContaining("NaN");
        assertThatThrownBy(() -> b.withLevel(1)).hasMessageContaining("level");
        assertThatThrownBy(() -> b.withResamples(0)).hasMessageContaining("resamples");
    }
}
