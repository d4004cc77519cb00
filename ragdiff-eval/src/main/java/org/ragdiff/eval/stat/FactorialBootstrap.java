package org.ragdiff.eval.stat;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Interval of the mean of a garments × seeds table, with garments and seeds as random factors. Immutable,
 * thread-safe.
 *
 * <p>{@link SeedFactor#NESTED}: garments are resampled with all their seeds (the cluster bootstrap; Davison and
 * Hinkley, Bootstrap Methods and their Application, 1997, §3.8, strategy 1), the ends by BCa. Drawing seeds again
 * within garments would count their spread twice. {@link SeedFactor#CROSSED}: rows and columns are resampled
 * independently (Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1, 2007), percentile ends; it tends
 * to be too wide by the interaction's share and, as any method, is too narrow for a handful of seeds.
 *
 * @param seeds what a seed stands for
 * @param bootstrap level, resamples and seed of the resampling
 */
public record FactorialBootstrap(SeedFactor seeds, Bootstrap bootstrap) {
    public FactorialBootstrap {
        Objects.requireNonNull(seeds, "seeds");
        Objects.requireNonNull(bootstrap, "bootstrap");
    }

    /**
     * @param table [garments][seeds], all rows of one length, finite; not modified
     * @return n is the number of garments
     */
    public Interval ofMean(double[][] table) {
        double[] rows = rowMeans(table);
        if (seeds == SeedFactor.NESTED || table[0].length == 1) {
            return bootstrap.ofMean(rows);
        }
        int n = table.length;
        int s = table[0].length;
        SplittableRandom random = new SplittableRandom(bootstrap.seed());
        double[] values = new double[bootstrap.resamples()];
        int[] columns = new int[s];
        for (int r = 0; r < values.length; r++) {
            for (int j = 0; j < s; j++) {
                columns[j] = random.nextInt(s);
            }
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double[] row = table[random.nextInt(n)];
                for (int j = 0; j < s; j++) {
                    sum += row[columns[j]];
                }
            }
            values[r] = sum / ((double) n * s);
        }
        Arrays.sort(values);
        double tail = (1 - bootstrap.level()) / 2;
        return new Interval(
                Bootstrap.mean(rows),
                Bootstrap.quantile(values, tail),
                Bootstrap.quantile(values, 1 - tail),
                bootstrap.level(),
                n);
    }

    /** Mean of each garment over its seeds. */
    public static double[] rowMeans(double[][] table) {
        if (table.length == 0 || table[0].length == 0) {
            throw new IllegalArgumentException("the table is empty, expected at least one garment and one seed");
        }
        double[] means = new double[table.length];
        for (int i = 0; i < table.length; i++) {
            if (table[i].length != table[0].length) {
                throw new IllegalArgumentException("row " + i + " of the table has " + table[i].length
                        + " seeds, the first " + table[0].length + "; every garment needs every seed");
            }
            means[i] = Bootstrap.mean(Bootstrap.requireFinite(table[i]));
        }
        return means;
    }
}
