package org.ragdiff.bench.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Catalogue;
import org.ragdiff.bench.RowSpec;
import org.ragdiff.bench.SidedSpec;
import org.ragdiff.bench.Work;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ragdiff bench}: measures rows beside their peers and writes the tables. */
@Command(
        name = "ragdiff bench",
        description = {
            "Measures RAGDiff beside libtorch, in turns in the same processes, and writes docs/benchmarks/.",
            "Results of both sides are compared first: a row whose results differ fails.",
            "Exit code: 0 done; 1 a row failed; 2 wrong use."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff bench",
            "  ragdiff bench --quick",
            "  ragdiff bench --only 'conv3x3/sd15.*f32' --json conv.json"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FAILED = 1;

    @Option(names = "--quick", description = "Fewer rows and short iterations: about five minutes in all.")
    private boolean quick;

    @Option(
            names = "--only",
            paramLabel = "REGEX",
            description = "Only rows in whose NAME/PARAMS this is found; writes docs/benchmarks/partial.*.")
    private String only;

    @Option(names = "--json", paramLabel = "FILE", description = "The rows as JSON, also here.")
    private Path json;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Of either side (default: 2).")
    private int threads;

    @Option(names = "--list", description = "Prints NAME/PARAMS of the rows and measures nothing.")
    private boolean list;

    @Spec
    private CommandSpec spec;

    private final List<RowResult> rows = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        if (threads < 1 || threads > 1024) {
            throw new ParameterException(spec.commandLine(), "--threads is " + threads + ", expected 1 to 1024");
        }
        List<CaseSpec> catalogue = Catalogue.all();
        List<RowSpec> wanted = select(catalogue);
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            wanted.forEach(s -> out.println(s.id()));
            return DONE;
        }
        Map<Work.Limit, Double> limits = limits(wanted, catalogue);
        Measurement measurement = new Measurement(threads, limits);
        SidedMeasurement sided = new SidedMeasurement(threads);
        for (int i = 0; i < wanted.size(); i++) {
            RowSpec row = wanted.get(i);
            print(
                    row,
                    "[%d/%d] ".formatted(i + 1, wanted.size()),
                    () -> row instanceof CaseSpec c
                            ? measurement.measure(c, Measurement.Plan.of(c.effort(), quick))
                            : sided.measure((SidedSpec) row));
        }
        BenchReport report =
                new BenchReport(Machine.describe(threads), MachineLimits.raised(limits, rows), rows, failures);
        write(report);
        return failures.isEmpty() ? DONE : FAILED;
    }

    private List<RowSpec> select(List<CaseSpec> catalogue) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(only == null ? "" : only);
        } catch (PatternSyntaxException e) {
            throw new ParameterException(
                    spec.commandLine(), "--only is \"" + only + "\", not a regular expression: " + e.getDescription());
        }
        // A row that is asked for by name is measured, quick or not.
        List<RowSpec> wanted = Stream.<RowSpec>concat(catalogue.stream(), Catalogue.sided().stream())
                .filter(s -> pattern.matcher(s.id()).find())
                .filter(s -> !quick || only != null || (s instanceof CaseSpec c && c.quick()))
                .toList();
        if (wanted.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--only \"" + only + "\" is found in no row; --list prints them");
        }
        return wanted;
    }

    private Map<Work.Limit, Double> limits(List<RowSpec> wanted, List<CaseSpec> catalogue) {
        Set<Work.Limit> needed = EnumSet.noneOf(Work.Limit.class);
        wanted.forEach(s -> needed.add(s.work().limit()));
        try {
            Map<Work.Limit, Double> limits = MachineLimits.measure(threads, needed, catalogue);
            limits.forEach((limit, rate) -> print("best " + limit.name().toLowerCase(Locale.ROOT) + ": "
                    + BenchReport.number(rate) + " " + limit.unit()));
            return limits;
        } catch (RowFailedException e) {
            fail(e);
            return Map.of();
        }
    }

    /** How a row is measured. */
    private interface Measure {
        RowResult run() throws RowFailedException;
    }

    private void print(RowSpec row, String progress, Measure measure) {
        try {
            RowResult r = measure.run();
            rows.add(r);
            String beside = r.peerTime() > 0
                    ? String.format(
                            Locale.ROOT,
                            ", %s ms %s, ratio %.2f",
                            BenchReport.number(r.peerTime()),
                            r.peer(),
                            r.ratio())
                    : "";
            print(progress + row.id() + ": " + BenchReport.number(r.ours()) + " ms" + beside
                    + String.format(Locale.ROOT, " (spread %.0f%%)", 100 * r.spread()));
        } catch (RowFailedException e) {
            fail(e);
        }
    }

    private void fail(RowFailedException e) {
        failures.add(e.getMessage());
        spec.commandLine().getErr().println("ragdiff bench: " + e.getMessage());
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private void write(BenchReport report) throws IOException {
        String name = only != null ? "partial" : quick ? "quick" : "full";
        Path folder = Path.of(System.getProperty("ragdiff.home", "."), "docs", "benchmarks");
        String command = "ragdiff bench" + (quick ? " --quick" : "") + (only == null ? "" : " --only '" + only + "'");
        report.writeMarkdown(folder.resolve(name + ".md"), command);
        report.writeJson(folder.resolve(name + ".json"));
        if (json != null) {
            report.writeJson(json);
        }
        print("written: " + folder.resolve(name + ".md") + " and .json");
    }
}
