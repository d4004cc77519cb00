package org.ragdiff.eval.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FactorialBootstrapTest {
    private static double[][] table(Random random, int garments, int seeds, double ofGarment, double ofSeed) {
        double[] common = new double[seeds];
        Arrays.setAll(common, j -> ofSeed * random.nextGaussian());
        double[][] table = new double[garments][seeds];
        for (double[] row : table) {
            double own = ofGarment * random.nextGaussian();
            Arrays.setAll(row, j -> own + common[j] + 0.5 * random.nextGaussian());
        }
        return table;
    }

    /** Share of 1,500 tables of mean 0 whose interval holds 0. */
    private static double coverage(SeedFactor factor, double ofGarment, double ofSeed) {
        Random random = new Random(17);
        int rounds = 1500;
        int held = 0;
        for (int r = 0; r < rounds; r++) {
            double[][] table = table(random, 40, 10, ofGarment, ofSeed);
            Bootstrap b = Bootstrap.defaults(r).withResamples(400);
            held += new FactorialBootstrap(factor, b).ofMean(table).excludes(0) ? 0 : 1;
        }
        return held / (double) rounds;
    }

    @Test
    void seedsWithinGarmentsAreCoveredByNested() {
        assertThat(coverage(SeedFactor.NESTED, 1, 0)).isBetween(0.925, 0.965);
    }

    @Test
    void seedsThatMoveAllGarmentsNeedCrossed() {
        assertThat(coverage(SeedFactor.NESTED, 0.2, 1)).isLessThan(0.5);
        assertThat(coverage(SeedFactor.CROSSED, 0.2, 1)).isBetween(0.85, 0.98);
    }

    @Test
    void oneSeedIsABootstrapOfGarments() {
        double[][] table = table(new Random(2), 20, 1, 1, 0);
        Bootstrap b = Bootstrap.defaults(4);
        Interval plain = b.ofMean(FactorialBootstrap.rowMeans(table));
        assertThat(new FactorialBootstrap(SeedFactor.CROSSED, b).ofMean(table)).isEqualTo(plain);
        assertThat(plain.n()).isEqualTo(20);
    }

    @Test
    void refusesGaps() {
        FactorialBootstrap f = new FactorialBootstrap(SeedFactor.NESTED, Bootstrap.defaults(1));
        assertThatThrownBy(() -> f.ofMean(new double[0][0])).hasMessageContaining("empty");
        assertThatThrownBy(() -> f.ofMean(new double[][] {{1, 2}, {3}})).hasMessageContaining("every seed");
        assertThatThrownBy(() -> f.ofMean(new double[][] {{1, Double.NaN}})).hasMessageContaining("NaN");
    }
}
