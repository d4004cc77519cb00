package org.ragdiff.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Work;

/** Measures rows by JMH in forked processes. */
public final class Measurement {
    /**
     * How long a row is measured.
     *
     * @param forks processes one after another
     * @param warmups unmeasured iterations of each
     * @param iterations measured iterations of each
     * @param sliceMillis of ours and again of the peer's in each iteration
     */
    public record Plan(int forks, int warmups, int iterations, int sliceMillis) {
        /** The plan of a full or a quick run. */
        public static Plan of(CaseSpec.Effort effort, boolean quick) {
            return switch (effort) {
                case SHORT -> quick ? new Plan(1, 3, 7, 50) : new Plan(2, 5, 12, 100);
                case LONG -> quick ? new Plan(1, 1, 4, 100) : new Plan(2, 2, 6, 100);
                case VERY_LONG -> quick ? new Plan(1, 0, 2, 100) : new Plan(2, 1, 3, 100);
            };
        }
    }

    private final int threads;
    private final Map<Work.Limit, Double> limits;

    /**
     * A measurement.
     *
     * @param threads of either side
     * @param limits of this machine, in thousands of millions a second; may be empty
     */
    public Measurement(int threads, Map<Work.Limit, Double> limits) {
        this.threads = threads;
        this.limits = Map.copyOf(limits);
    }

    /** Measures a row. */
    public RowResult measure(CaseSpec spec, Plan plan) throws RowFailedException {
        try {
            Path report = Files.createTempFile("ragdiff-bench", ".txt");
            try {
                RunResult result = new Runner(options(spec, plan, report).build()).runSingle();
                return collect(spec, ForkReport.readPeer(report), result);
            } catch (RunnerException e) {
                String failure = ForkReport.readFailure(report);
                throw new RowFailedException(failure.isEmpty() ? spec.id() + ": " + e.getMessage() : failure, e);
            } finally {
                Files.delete(report);
            }
        } catch (IOException e) {
            throw new RowFailedException(spec.id() + ": " + e.getMessage(), e);
        }
    }

    private ChainedOptionsBuilder options(CaseSpec spec, Plan plan, Path report) {
        List<String> jvm = new ArrayList<>(ForkArguments.list(threads));
        jvm.add("-D" + PairBenchmark.SLICE + "=" + plan.sliceMillis());
        jvm.add("-D" + ForkReport.FILE + "=" + report);
        limits.forEach((limit, rate) -> jvm.add("-D" + PairBenchmark.PEAK + limit.name() + "=" + rate));
        return new OptionsBuilder()
                .include("^" + PairBenchmark.class.getName().replace(".", "\\.") + "\\.pair$")
                .param("row", spec.id())
                .forks(plan.forks())
                .warmupIterations(plan.warmups())
                .measurementIterations(plan.iterations())
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .jvmArgs(jvm.toArray(String[]::new));
    }

    private static RowResult collect(CaseSpec spec, String peer, RunResult result) {
        double[] ours = figures(result, "oursMillis");
        double median = median(ours);
        return new RowResult(
                spec,
                peer,
                median,
                median(figures(result, "peerMillis")),
                spec.work().rate(median),
                (quantile(ours, 0.75) - quantile(ours, 0.25)) / 2 / median,
                median(figures(result, "oursHeapBytes")),
                median(figures(result, "oursOffHeapBytes")),
                median(figures(result, "peerOffHeapBytes")),
                Arrays.stream(figures(result, "difference")).max().orElse(0));
    }

    private static double[] figures(RunResult result, String name) {
        List<Double> out = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                out.add(iteration.getSecondaryResults().get(name).getScore());
            }
        }
        return out.stream().mapToDouble(Double::doubleValue).toArray();
    }

    static double median(double[] values) {
        return quantile(values, 0.5);
    }

    /** The quantile by linear interpolation between order statistics (Hyndman and Fan's type 7). */
    static double quantile(double[] values, double p) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = p * (sorted.length - 1);
        int low = (int) at;
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
