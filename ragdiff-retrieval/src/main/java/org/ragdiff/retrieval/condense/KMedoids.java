package org.ragdiff.retrieval.condense;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * k-medoids under squared Euclidean distance: the k points of least sum of distances from all points to the nearest
 * of them, approximately. Seeds as k-means++ draws them, the best of a few each time (Arthur
 * and Vassilvitskii, SODA 2007, section 7), then assignment and the
 * best point of each cluster in turns until neither changes (Park and Jun, "A simple and fast algorithm for K-medoids
 * clustering", Expert Systems with Applications 36, 2009). Each turn costs n·k distances and those within the clusters;
 * no matrix of all distances is held. Deterministic by its seed. Stateless.
 */
final class KMedoids {
    private static final int MOST_TURNS = 50;

    /** Runs from other seeds, of which the best counts. */
    private static final int RUNS = 5;

    /** Above so many distances there is one run, and each seed is drawn once. */
    private static final long MOST_GREEDY = 50_000_000;

    private KMedoids() {}

    /**
     * @param medoids numbers of the chosen points, increasing
     * @param cost sum of squared distances to the nearest of them
     */
    record Clustering(int[] medoids, double cost) {}

    /**
     * @param points rows of one length, at least one; not modified
     * @param k from 1 to the number of points
     */
    static Clustering of(float[][] points, int k, long seed) {
        if (k < 1 || k > points.length) {
            throw new IllegalArgumentException("k must be from 1 to " + points.length + " points, got " + k);
        }
        SplittableRandom random = new SplittableRandom(seed);
        Clustering best = once(points, k, random);
        for (int run = 1; run < RUNS && (long) points.length * k <= MOST_GREEDY; run++) {
            Clustering other = once(points, k, random);
            best = other.cost() < best.cost() ? other : best;
        }
        return best;
    }

    private static Clustering once(float[][] points, int k, SplittableRandom random) {
        int[] medoids = seeds(points, k, random);
        int[] nearest = new int[points.length];
        double cost = assign(points, medoids, nearest);
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            int[] moved = recentre(points, medoids, nearest);
            int[] other = new int[points.length];
            double less = assign(points, moved, other);
            if (!(less < cost)) {
                break;
            }
            medoids = moved;
            nearest = other;
            cost = less;
        }
        int[] sorted = medoids.clone();
        Arrays.sort(sorted);
        return new Clustering(sorted, cost);
    }

    private static int[] seeds(float[][] points, int k, SplittableRandom random) {
        int n = points.length;
        int trials = (long) n * k <= MOST_GREEDY ? 2 + (int) Math.log(k) : 1;
        int[] chosen = new int[k];
        boolean[] taken = new boolean[n];
        chosen[0] = random.nextInt(n);
        taken[chosen[0]] = true;
        double[] least = new double[n];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        least = nearer(points, points[chosen[0]], least);
        for (int c = 1; c < k; c++) {
            double sum = Arrays.stream(least).sum();
            double bestSum = Double.POSITIVE_INFINITY;
            double[] best = least;
            for (int t = 0; t < trials; t++) {
                int candidate = draw(least, taken, random.nextDouble() * sum);
                double[] left = nearer(points, points[candidate], least);
                double leftSum = Arrays.stream(left).sum();
                if (leftSum < bestSum) {
                    bestSum = leftSum;
                    best = left;
                    chosen[c] = candidate;
                }
            }
            taken[chosen[c]] = true;
            least = best;
        }
        return chosen;
    }

    /** Squared distances to the nearest medoid once the centre is one of them. */
    private static double[] nearer(float[][] points, float[] centre, double[] least) {
        double[] out = new double[points.length];
        IntStream.range(0, out.length)
                .parallel()
                .forEach(i -> out[i] = Math.min(least[i], distance(points[i], centre)));
        return out;
    }

    /** The first point at which the running sum exceeds the target; one that is left where all distances are 0. */
    private static int draw(double[] least, boolean[] taken, double target) {
        double sum = 0;
        int last = -1;
        for (int i = 0; i < least.length; i++) {
            if (!taken[i]) {
                last = i;
                sum += least[i];
                if (sum > target) {
                    return i;
                }
            }
        }
        return last;
    }

    private static double assign(float[][] points, int[] medoids, int[] nearest) {
        double[] distance = new double[points.length];
        IntStream.range(0, points.length).parallel().forEach(i -> {
            double least = Double.POSITIVE_INFINITY;
            for (int c = 0; c < medoids.length; c++) {
                double d = distance(points[i], points[medoids[c]]);
                if (d < least) {
                    least = d;
                    nearest[i] = c;
                }
            }
            distance[i] = least;
        });
        return Arrays.stream(distance).sum();
    }

    /** Of each cluster the point nearest to all others of it; ties go to the first. */
    private static int[] recentre(float[][] points, int[] medoids, int[] nearest) {
        List<List<Integer>> clusters = new ArrayList<>();
        for (int c = 0; c < medoids.length; c++) {
            clusters.add(new ArrayList<>());
        }
        for (int i = 0; i < nearest.length; i++) {
            clusters.get(nearest[i]).add(i);
        }
        return IntStream.range(0, medoids.length)
                .parallel()
                .map(c -> centre(points, clusters.get(c), medoids[c]))
                .toArray();
    }

    private static int centre(float[][] points, List<Integer> members, int before) {
        int best = before;
        double least = Double.POSITIVE_INFINITY;
        for (int candidate : members) {
            double sum = 0;
            for (int other : members) {
                sum += distance(points[candidate], points[other]);
            }
            if (sum < least) {
                least = sum;
                best = candidate;
            }
        }
        return best;
    }

    static double distance(float[] a, float[] b) {
        double s0 = 0;
        double s1 = 0;
        int i = 0;
        for (; i + 1 < a.length; i += 2) {
            double d0 = a[i] - b[i];
            double d1 = a[i + 1] - b[i + 1];
            s0 += d0 * d0;
            s1 += d1 * d1;
        }
        if (i < a.length) {
            s0 += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return s0 + s1;
    }
}
