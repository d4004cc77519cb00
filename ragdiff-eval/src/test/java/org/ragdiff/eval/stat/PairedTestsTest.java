package org.ragdiff.eval.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import smile.stat.hypothesis.TTest;

/** Tests, corrections and effect sizes against textbook cases. */
class PairedTestsTest {
    /** Student (1908), Biometrika 6: additional hours of sleep, the differences of the two drugs; R's sleep. */
    private static final double[] SLEEP_1 = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

    private static final double[] SLEEP_2 = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    /** Hollander and Wolfe (1973), p. 29: Hamilton's depression scale; R's wilcox.test: V = 40, p = 0.01953 one-sided. */
    @Test
    void wilcoxonOfTheDepressionScale() {
        double[] before = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
        double[] after = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
        PairedWilcoxon w = PairedWilcoxon.test(before, after);
        assertThat(w.statistic()).isEqualTo(40);
        assertThat(w.pValue()).isEqualTo(2 * 0.01953125, within(1e-12));
        assertThat(w.exact()).isTrue();
        assertThat(w.rankBiserial()).isEqualTo((40 - 5) / 45.0, within(1e-12));
    }

    /** d_z is t/√n; Smile computes t. R: t = -4.0621 on 9 degrees of freedom. */
    @Test
    void cohensDzOfStudentsSleep() {
        double[] d = new double[SLEEP_1.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = SLEEP_1[i] - SLEEP_2[i];
        }
        TTest t = TTest.testPaired(SLEEP_1, SLEEP_2);
        assertThat(t.t).isEqualTo(-4.0621, within(5e-5));
        assertThat(CohenDz.of(d)).isEqualTo(t.t / Math.sqrt(d.length), within(1e-12));
    }

    /** Lakens (2013), table 1: two films rated by ten people, d_z = 1.50. */
    @Test
    void cohensDzOfTwoFilms() {
        double[] d = {0, 1, 1, 0, 1, 0, 1, 2, 1, 2};
        double[] first = {9, 7, 8, 9, 8, 9, 9, 10, 9, 9};
        double[] second = {9, 6, 7, 8, 7, 9, 8, 8, 8, 7};
        for (int i = 0; i < d.length; i++) {
            d[i] = first[i] - second[i];
        }
        assertThat(CohenDz.of(d)).isEqualTo(1.5, within(1e-12));
    }

    @Test
    void cohensDzWithoutSpread() {
        assertThat(CohenDz.of(new double[] {0, 0})).isZero();
        assertThat(CohenDz.of(new double[] {-0.1, -0.1, -0.1})).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> CohenDz.of(new double[] {1})).hasMessageContaining("at least 2");
    }

    /** Of R's p.adjust(p, "holm"), and the worked example in Wikipedia's article on the method. */
    @Test
    void holmOfKnownFamilies() {
        assertThat(Holm.adjust(new double[] {0.01, 0.02, 0.03, 0.04, 0.05}))
                .containsExactly(new double[] {0.05, 0.08, 0.09, 0.09, 0.09}, within(1e-12));
        assertThat(Holm.adjust(new double[] {0.01, 0.04, 0.03, 0.005}))
                .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
        assertThat(Holm.adjust(new double[] {0.7, 0.9})).containsExactly(new double[] {1, 1}, within(1e-12));
        assertThat(Holm.adjust(new double[0])).isEmpty();
        assertThatThrownBy(() -> Holm.adjust(new double[] {Double.NaN})).hasMessageContaining("p values");
    }

    @Test
    void ranksAreAsWideAsTheDataLeaveThem() {
        double[][] effect = {{0, 1, 1}, {-1, 0, 1}, {-1, -1, 0}};
        // The third loses against both; the first two are not told apart.
        RankSets some = RankSets.of(effect, new double[][] {{1, 0.2, 0.001}, {0, 1, 0.001}, {0, 0, 1}}, 0.05);
        assertThat(some.best()).isEqualTo(List.of(1, 1, 3));
        assertThat(some.worst()).isEqualTo(List.of(2, 2, 3));
        assertThat(some.complete()).isFalse();
        assertThat(some.empty()).isFalse();
        RankSets all = RankSets.of(effect, new double[][] {{1, 0.01, 0.01}, {0, 1, 0.01}, {0, 0, 1}}, 0.05);
        assertThat(all.complete()).isTrue();
        assertThat(all.best()).isEqualTo(List.of(1, 2, 3));
        // 0.02 alone would do; as one of three it does not.
        RankSets none = RankSets.of(effect, new double[][] {{1, 0.02, 0.5}, {0, 1, 0.5}, {0, 0, 1}}, 0.05);
        assertThat(none.empty()).isTrue();
    }
}
