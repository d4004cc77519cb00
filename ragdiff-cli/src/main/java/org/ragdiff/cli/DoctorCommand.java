package org.ragdiff.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.retrieval.database.LuceneDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff doctor}: what this machine gives, and whether a model is there. */
@Command(
        name = "doctor",
        description = {
            "Tells what runs the networks here and why, the limits of memory, and whether the model can be used.",
            "Exit code: 0 all is well; 1 something is missing."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff doctor", "  ragdiff doctor --model models/mine --json doctor.json"})
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--model", paramLabel = "DIR", description = "Model folder to look at (default: the demo's).")
    private Path model;

    @Option(names = "--json", paramLabel = "FILE", description = "What was found, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    private final Map<String, String> found = new LinkedHashMap<>();
    private boolean well = true;

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(json);
        found.put("ragdiff", Versions.ragdiff());
        found.put("java", System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name"));
        found.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        found.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        found.put("threads", threads());
        providers();
        memory();
        modelFolder();
        PrintWriter out = spec.commandLine().getOut();
        int width = found.keySet().stream().mapToInt(String::length).max().orElse(0);
        found.forEach((name, value) -> out.printf("%-" + width + "s  %s%n", name, value));
        OutputPaths.writeJson(json, found);
        return well ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static String threads() {
        String asked = System.getProperty("ragdiff.threads", "").trim();
        return asked.isEmpty()
                ? Runtime.getRuntime().availableProcessors() + " (all processors; -Dragdiff.threads sets it)"
                : asked + " (by -Dragdiff.threads)";
    }

    private void providers() {
        List<KernelProvider> installed = KernelProviders.installed();
        for (KernelProvider p : installed) {
            Optional<String> reason = p.unavailableReason();
            found.put(
                    "provider " + p.name(),
                    reason.map(r -> "not available: " + r)
                            .orElseGet(() -> "available, computes in " + precisions(p) + ", priority " + p.priority()
                                    + (p.description().isEmpty() ? "" : "; " + p.description())));
        }
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            KernelProviders.Options asked = KernelProviders.Options.fromSystemProperties();
            String why = asked.provider().isPresent()
                    ? "asked for by -D" + KernelProviders.PROVIDER
                    : "the available one of highest priority among "
                            + installed.stream().map(KernelProvider::name).collect(Collectors.joining(", "));
            found.put("networks run on", kernels.name() + ": " + why);
            found.put(
                    "precision",
                    kernels.precision().name().toLowerCase(Locale.ROOT)
                            + (kernels.precision() == asked.precision()
                                    ? " (as -D" + KernelProviders.PRECISION + " asks, f32 by default)"
                                    : " (the provider has no "
                                            + asked.precision().name().toLowerCase(Locale.ROOT) + " here)"));
        } catch (IllegalArgumentException | IllegalStateException e) {
            well = false;
            found.put("networks run on", "nothing: " + e.getMessage());
        }
    }

    private static String precisions(KernelProvider p) {
        return Arrays.stream(Kernels.Precision.values())
                .filter(p::supports)
                .map(x -> x.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private void memory() {
        found.put("memory of machine", megabytes(Pointer.totalPhysicalBytes()));
        found.put("memory free", megabytes(Pointer.availablePhysicalBytes()));
        found.put("limit of process", megabytes(Pointer.maxPhysicalBytes()) + " (RAGDIFF_MEMORY sets it)");
        found.put("limit of heap", megabytes(Runtime.getRuntime().maxMemory()) + " (RAGDIFF_HEAP sets it)");
    }

    private static String megabytes(long bytes) {
        return bytes == 0 ? "none" : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
    }

    private void modelFolder() {
        ModelFiles files = ModelFiles.orDemo(model);
        found.put("model folder", files.directory() + (Files.isDirectory(files.directory()) ? "" : ": not found"));
        try (ModelFolder opened = ModelFolder.open(files)) {
            found.put("model", "pictures of " + opened.side() + " px, weights " + opened.weights());
            LuceneDatabase database = opened.database();
            found.put("database", database.count() + " garments, encoder " + database.encoderFingerprint());
        } catch (IOException | RuntimeException e) {
            well = false;
            String missing = found.containsKey("model") ? "database" : "model";
            found.put(missing, "cannot be used: " + e.getMessage());
        }
    }
}
