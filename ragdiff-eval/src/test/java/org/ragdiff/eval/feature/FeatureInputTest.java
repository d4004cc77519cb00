package org.ragdiff.eval.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Moments against two plain passes, and what bad or degenerate sets of features give. */
class FeatureInputTest {
    private static Features random(int n, int d, long seed, double scale, double shift) {
        Random r = new Random(seed);
        double[] v = new double[n * d];
        for (int i = 0; i < v.length; i++) {
            v[i] = shift + scale * r.nextGaussian();
        }
        return Features.wrap(d, v);
    }

    private static double[] plainCovariance(Features f) {
        int d = f.dimension();
        double[] mean = new double[d];
        for (int i = 0; i < f.count(); i++) {
            for (int j = 0; j < d; j++) {
                mean[j] += f.at(i, j) / f.count();
            }
        }
        double[] out = new double[d * d];
        for (int i = 0; i < f.count(); i++) {
            for (int a = 0; a < d; a++) {
                for (int b = 0; b < d; b++) {
                    out[a * d + b] += (f.at(i, a) - mean[a]) * (f.at(i, b) - mean[b]) / (f.count() - 1);
                }
            }
        }
        return out;
    }

    @Test
    void momentsEqualTwoPassesFarFromTheOriginAndHoweverTheyCome() {
        Features all = random(2500, 7, 1, 1e-3, 1e4);
        double[] expected = plainCovariance(all);
        try (FeatureMoments whole = FeatureMoments.of(all);
                FeatureMoments single = new FeatureMoments(7);
                FeatureMoments first = new FeatureMoments(7);
                FeatureMoments second = new FeatureMoments(7)) {
            for (int i = 0; i < all.count(); i++) {
                single.add(Features.of(7, all.row(i)));
                (i < 1100 ? first : second).add(Features.of(7, all.row(i)));
            }
            first.merge(second);
            assertThat(whole.covariance()).containsExactly(expected, within(1e-12));
            assertThat(single.covariance()).containsExactly(whole.covariance());
            assertThat(single.mean()).containsExactly(whole.mean());
            assertThat(first.covariance()).containsExactly(expected, within(1e-12));
            assertThat(first.count()).isEqualTo(2500);
            assertThat(second.count()).isEqualTo(1400);
        }
    }

    @Test
    void nanIsNamedByItsPlace() {
        double[] v = new double[12];
        v[7] = Double.NaN;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Features.wrap(3, v))
                .withMessageContaining("feature 1 of sample 2")
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Features.wrap(3, v, 100))
                .withMessageContaining("feature 1 of sample 102");
        v[7] = Double.NEGATIVE_INFINITY;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Features.wrap(3, v))
                .withMessageContaining("-Infinity");
    }

    @Test
    void dimensionsHaveToAgree() {
        Features a = random(10, 3, 1, 1, 0);
        Features b = random(10, 4, 2, 1, 0);
        for (Runnable r : List.<Runnable>of(
                () -> FrechetDistance.of(a, b),
                () -> KernelDistance.unbiased(a, b),
                () -> ManifoldOverlap.of(a, b, 3),
                () -> Features.concat(List.of(a, b)))) {
            assertThatIllegalArgumentException().isThrownBy(r::run).withMessageContaining("3 and 4");
        }
        try (FeatureMoments m = FeatureMoments.of(a)) {
            assertThatIllegalArgumentException().isThrownBy(() -> m.add(b)).withMessageContaining("4 elements");
        }
    }

    @Test
    void oneImageHasNoDistribution() {
        Features one = random(1, 3, 1, 1, 0);
        Features many = random(9, 3, 2, 1, 0);
        assertThatThrownBy(() -> FrechetDistance.of(many, one)).hasMessageContaining("at least 2 samples, got 1");
        assertThatThrownBy(() -> KernelDistance.unbiased(one, many)).hasMessageContaining("got 1 and 9");
        assertThatThrownBy(() -> ManifoldOverlap.of(many, one, 1)).hasMessageContaining("1 generated");
    }

    @Test
    void constantFeaturesHaveTheDistanceOfTheirMeansAndTraces() {
        double[] v = new double[20 * 3];
        java.util.Arrays.fill(v, 0.1);
        Features constant = Features.wrap(3, v);
        Features same = Features.of(3, v);
        FrechetDistance none = FrechetDistance.of(constant, same);
        assertThat(none.value()).isEqualTo(0, within(1e-30));
        Features other = random(30, 3, 4, 2, 1);
        double[] s = plainCovariance(other);
        FrechetDistance d = FrechetDistance.of(constant, other);
        assertThat(d.covariancePart()).isEqualTo(s[0] + s[4] + s[8], within(1e-12));
        // Every sample lies at the same place: no other one is strictly nearer than its neighbours, at distance 0.
        ManifoldOverlap o = ManifoldOverlap.of(constant, same, 3);
        assertThat(List.of(o.precision(), o.recall(), o.density(), o.coverage()))
                .containsOnly(0.0);
        assertThat(KernelDistance.unbiased(constant, same)).isEqualTo(0, within(1e-12));
    }

    @Test
    void unequalCountsAndFewSamplesAreSaid() {
        FrechetDistance d = FrechetDistance.of(random(5, 8, 1, 1, 0), random(40, 8, 2, 1, 0));
        assertThat(d.warnings()).hasSize(2);
        assertThat(d.warnings().get(0)).contains("first set: 5 samples of 8 dimensions");
        assertThat(d.warnings().get(1)).contains("5 and 40");
        assertThat(FrechetDistance.of(random(40, 8, 1, 1, 0), random(40, 8, 2, 1, 0))
                        .warnings())
                .isEmpty();
    }

    /** N < D and ill-conditioned: against the singular values of the centred samples' cross product by commons-math. */
    @Test
    void singularAndGradedCovariancesAreExact() {
        for (int n : new int[] {12, 70}) {
            Features a = graded(n, 40, 3);
            Features b = graded(n + 5, 40, 4);
            double expected = exact(a, b);
            assertThat(FrechetDistance.of(a, b).value()).isEqualTo(expected, within(1e-8 * (1 + expected)));
        }
    }

    /** Covariances with the same eigenvectors, of eigenvalues a and b, have the distance Σ (√a − √b)². */
    @Test
    void manyDimensionsAreAsExactAsFew() {
        int d = 200;
        Map<String, IntToDoubleFunction> roots = Map.of(
                "falling", i -> 1 / (1 + 0.05 * i),
                "with a gap", i -> i < 5 ? 1000 : 1,
                "over eight decades", i -> Math.pow(10, -4.0 * i / d),
                "half of them zero", i -> i < d / 2 ? 1 : 0);
        roots.forEach((name, root) -> {
            double[] a = IntStream.range(0, d).mapToDouble(root).toArray();
            double[] b = new double[d];
            Arrays.setAll(b, i -> a[i] * (1 + 0.1 * Math.sin(i)));
            double expected = 0;
            double scale = 0;
            for (int i = 0; i < d; i++) {
                expected += (a[i] - b[i]) * (a[i] - b[i]);
                scale += a[i] * a[i] + b[i] * b[i];
            }
            double[] mean = new double[d];
            double value =
                    FrechetDistance.of(mean, rotated(a), mean, rotated(b)).value();
            assertThat(value).as(name).isEqualTo(expected, within(1e-10 * scale));
        });
    }

    /** Q diag(root²) Qᵀ with a product of two reflections as Q. */
    private static double[] rotated(double[] root) {
        int d = root.length;
        double[] m = new double[d * d];
        for (int i = 0; i < d; i++) {
            m[i * d + i] = root[i] * root[i];
        }
        for (int seed = 1; seed <= 2; seed++) {
            Random random = new Random(seed);
            double[] v = random.doubles(d, -1, 1).toArray();
            double length = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
            double[] mv = new double[d];
            double vmv = 0;
            for (int i = 0; i < d; i++) {
                v[i] /= length;
            }
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    mv[i] += m[i * d + j] * v[j];
                }
                vmv += v[i] * mv[i];
            }
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    m[i * d + j] += -2 * (v[i] * mv[j] + mv[i] * v[j]) + 4 * vmv * v[i] * v[j];
                }
            }
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                m[i * d + j] = m[j * d + i];
            }
        }
        return m;
    }

    /** Column j has scale 10^(-j/8). */
    private static Features graded(int n, int d, long seed) {
        Features f = random(n, d, seed, 1, 0);
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = f.row(i);
            for (int j = 0; j < d; j++) {
                rows[i][j] *= Math.pow(10, -j / 8.0);
            }
        }
        return Features.ofRows(rows);
    }

    private static double exact(Features a, Features b) {
        var x = centred(a);
        var y = centred(b);
        var values = new org.apache.commons.math3.linear.SingularValueDecomposition(x.multiply(y.transpose()))
                .getSingularValues();
        double nuclear = java.util.Arrays.stream(values).sum();
        double[] s = plainCovariance(a);
        double[] t = plainCovariance(b);
        double out = -2 * nuclear;
        for (int i = 0; i < a.dimension(); i++) {
            double ma = 0;
            double mb = 0;
            for (int k = 0; k < a.count(); k++) {
                ma += a.at(k, i) / a.count();
            }
            for (int k = 0; k < b.count(); k++) {
                mb += b.at(k, i) / b.count();
            }
            out += s[i * a.dimension() + i] + t[i * a.dimension() + i] + (ma - mb) * (ma - mb);
        }
        return out;
    }

    private static org.apache.commons.math3.linear.RealMatrix centred(Features f) {
        var m = new org.apache.commons.math3.linear.Array2DRowRealMatrix(f.count(), f.dimension());
        for (int j = 0; j < f.dimension(); j++) {
            double mean = 0;
            for (int i = 0; i < f.count(); i++) {
                mean += f.at(i, j) / f.count();
            }
            for (int i = 0; i < f.count(); i++) {
                m.setEntry(i, j, (f.at(i, j) - mean) / Math.sqrt(f.count() - 1));
            }
        }
        return m;
    }

    @Test
    void whatIsNoCovarianceIsRefused() {
        double[] m = {0, 0};
        double[] identity = {1, 0, 0, 1};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.of(m, new double[] {1, 2, 2, 1}, m, identity))
                .withMessageContaining("first covariance is not positive semi-definite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.of(m, identity, m, new double[] {1, 0.5, 0, 1}))
                .withMessageContaining("second covariance is not symmetric");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.of(m, identity, m, new double[] {1, 0, 0, Double.NaN}))
                .withMessageContaining("row 1, column 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.of(m, identity, new double[3], new double[9]));
    }

    @Test
    void subsetsAreDrawnBySeedAndAverageToTheWhole() {
        Features x = random(60, 4, 1, 1, 0);
        Features y = random(50, 4, 2, 1, 0.5);
        KernelDistanceOptions o = new KernelDistanceOptions(400, 30, 7);
        KernelDistance d = KernelDistance.of(x, y, o);
        assertThat(KernelDistance.of(x, y, o).values()).containsExactly(d.values());
        assertThat(KernelDistance.of(x, y, o.withSeed(8)).values()).isNotEqualTo(d.values());
        // Each subset's estimate is unbiased for the whole's, so the mean is near it by its own standard error.
        assertThat(d.mean()).isEqualTo(KernelDistance.unbiased(x, y), within(4 * d.sampleSpread() / Math.sqrt(400)));
    }

    /** Against plain loops over several blocks, with duplicates between the sets. */
    @Test
    void overlapOfManySamplesEqualsPlainLoops() {
        int n = 700;
        Features real = random(n, 3, 5, 1, 50);
        double[] v = random(600, 3, 6, 0.8, 50.3).values().clone();
        System.arraycopy(real.values(), 0, v, 0, 90);
        Features generated = Features.wrap(3, v);
        int k = 4;
        double[] rr = plainRadii(real, k);
        double[] rg = plainRadii(generated, k);
        double precision = 0;
        double density = 0;
        boolean[] recalled = new boolean[n];
        boolean[] covered = new boolean[n];
        for (int j = 0; j < generated.count(); j++) {
            int members = 0;
            for (int i = 0; i < n; i++) {
                double d = Features.squaredDistance(real, i, generated, j);
                members += d < rr[i] ? 1 : 0;
                covered[i] |= d < rr[i];
                recalled[i] |= d < rg[j];
            }
            precision += members > 0 ? 1.0 / generated.count() : 0;
            density += (double) members / k / generated.count();
        }
        ManifoldOverlap o = ManifoldOverlap.of(real, generated, k);
        assertThat(o.precision()).isEqualTo(precision, within(1e-12));
        assertThat(o.density()).isEqualTo(density, within(1e-12));
        assertThat(o.recall()).isEqualTo(share(recalled), within(1e-12));
        assertThat(o.coverage()).isEqualTo(share(covered), within(1e-12));
    }

    private static double share(boolean[] b) {
        int n = 0;
        for (boolean x : b) {
            n += x ? 1 : 0;
        }
        return (double) n / b.length;
    }

    private static double[] plainRadii(Features f, int k) {
        double[] out = new double[f.count()];
        for (int i = 0; i < out.length; i++) {
            double[] d = new double[f.count()];
            for (int j = 0; j < d.length; j++) {
                d[j] = i == j ? Double.POSITIVE_INFINITY : Features.squaredDistance(f, i, f, j);
            }
            java.util.Arrays.sort(d);
            out[i] = d[k - 1];
        }
        return out;
    }
}
