package org.ragdiff.cli.parity;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ragdiff parity}: compares RAGDiff with what PyTorch, diffusers and others computed. */
@Command(
        name = "parity",
        description = {
            "Computes again what other programs (PyTorch, diffusers, Pillow, scikit-learn) computed, and compares.",
            "A line for each case: PASS, FAIL or SKIP, family/case, largest absolute and relative deviation,"
                    + " tolerance. Exit code: 0 nothing failed; 1 something failed; 2 wrong use."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ragdiff parity fixtures/torch-random",
            "  ragdiff parity fixtures --json parity.json"
        })
public final class ParityCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "DIR",
            description = "A family (a folder with cases.json, index.json or expected.json) or a folder of families.")
    private List<Path> folders;

    @Option(names = "--json", paramLabel = "FILE", description = "The same, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(json);
        List<FixtureFolder> families = families();
        PrintWriter out = spec.commandLine().getOut();
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            ParityRun run = new ParityRun(kernels, result -> {
                out.println(result.line());
                out.flush();
            });
            families.forEach(f -> run(f, run));
            long passed = run.count(CaseResult.Status.PASS);
            long failed = run.count(CaseResult.Status.FAIL);
            long skipped = run.count(CaseResult.Status.SKIP);
            out.printf("%d passed, %d failed, %d skipped%n", passed, failed, skipped);
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("ragdiff", Versions.ragdiff());
            all.put("provider", kernels.name());
            all.put("precision", kernels.precision().name().toLowerCase(Locale.ROOT));
            all.put("passed", passed);
            all.put("failed", failed);
            all.put("skipped", skipped);
            all.put("cases", run.results().stream().map(CaseResult::json).toList());
            OutputPaths.writeJson(json, all);
            return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private List<FixtureFolder> families() throws IOException {
        List<FixtureFolder> found = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new BadInputException(folder + (Files.exists(folder) ? " is a file" : " does not exist")
                        + "; give a folder of fixtures");
            }
            List<FixtureFolder> here = FixtureFolder.isFamily(folder)
                    ? List.of(new FixtureFolder(folder))
                    : FixtureFolder.families(folder);
            if (here.isEmpty()) {
                throw new BadInputException("neither " + folder + " nor a folder in it has cases.json, index.json or"
                        + " expected.json; give a folder of fixtures");
            }
            found.addAll(here);
        }
        return found;
    }

    private static void run(FixtureFolder folder, ParityRun run) {
        String name = folder.family();
        run.begin(name);
        Optional<ParityFamily> family = ParityFamilies.byName(name);
        if (family.isEmpty()) {
            run.skip("all", "family " + name + " is not supported");
            return;
        }
        try {
            family.get().run(folder, run);
        } catch (IOException | RuntimeException e) {
            run.fail("files", ParityRun.oneLine(e));
        }
    }
}
