package org.ragdiff.cli.measure;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ragdiff.cli.CommandProvenance;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.ProtocolMismatchException;
import org.ragdiff.eval.protocol.Protocols;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff measure}: figures of two folders of pictures, and the comparison of two such results. */
@Command(
        name = "measure",
        description = {
            "Measures a folder of results against one of truths, paired by file name, under a protocol.",
            "The protocol says how pictures are resized and cropped. A figure that it defines, and that is computed as"
                    + " it says, carries its name and hash; every other one a protocol of its own (NAME-prepared/YEAR)."
        },
        footer = {
            "",
            "Examples:",
            "  ragdiff measure --results flat/ --truths shop/ --protocol ragdiff/v1 --out a.json",
            "  ragdiff measure --results flat/ --truths shop/ --protocol tryoffdiff/2025 --metrics ssim,psnr,mae",
            "      --features tower:clip-vit-base-patch32/ --lpips alex.safetensors",
            "  ragdiff measure --compare a.json b.json"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MeasureCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Task task;

    /** One of the two. */
    static final class Task {
        @ArgGroup(exclusive = false)
        private Folders folders;

        @Option(
                names = "--compare",
                arity = "2",
                paramLabel = "FILE.json",
                description = "Two results: differences of the figures that both have. Refused, field by field, where"
                        + " their protocols differ.")
        private List<Path> compare;
    }

    /** What is measured, and how. */
    static final class Folders {
        @Option(names = "--results", required = true, paramLabel = "DIR", description = "Generated pictures.")
        private Path results;

        @Option(
                names = "--truths",
                required = true,
                paramLabel = "DIR",
                description = "True pictures, of the same names.")
        private Path truths;

        @Option(
                names = "--protocol",
                required = true,
                paramLabel = "NAME",
                description = "Such as ragdiff/v1, tryoffdiff/2025 or cat-vton/2024.")
        private String protocol;

        @Option(
                names = "--metrics",
                split = ",",
                paramLabel = "NAME",
                description = "Figures of pairs, such as ssim,psnr,ms-ssim,mae. Default: those that are computed as"
                        + " the protocol defines them.")
        private List<String> metrics = new ArrayList<>();

        @Option(
                names = "--features",
                paramLabel = "SPEC",
                description = "FID, KID, precision, recall, density and coverage in the features of onnx:FILE (299 px,"
                        + " [-1, 1]), tower:DIR (CLIP, SigLIP or DINOv2, a folder of transformers) or stand-in (a"
                        + " random network, whose values compare only with its own).")
        private String features;

        @Option(
                names = "--lpips",
                paramLabel = "FILE.safetensors",
                description = "LPIPS with these weights of network and heads; stand-in for its form in a random"
                        + " network.")
        private String lpips;

        @Option(
                names = "--layout",
                paramLabel = "NET",
                defaultValue = "alex",
                description = "Of --lpips: alex, vgg or squeeze. Default: ${DEFAULT-VALUE}")
        private String layout;

        @Option(
                names = "--dists",
                paramLabel = "FILE.safetensors",
                description = "DISTS with these weights of VGG-16, alpha and beta; stand-in for its form in a random"
                        + " network.")
        private String dists;

        @Option(names = "--out", paramLabel = "FILE.json", description = "Results, with every pair's figures.")
        private Path out;
    }

    @Override
    public Integer call() throws IOException {
        if (task.compare != null) {
            compare(task.compare.get(0), task.compare.get(1));
        } else {
            measure(task.folders);
        }
        return ExitCodes.DONE;
    }

    private void compare(Path first, Path second) throws IOException {
        PrintWriter to = spec.commandLine().getOut();
        try {
            List<String> lines = MeasureComparison.lines(MeasureResults.read(first), MeasureResults.read(second));
            to.println("first " + first + ", second " + second);
            lines.forEach(to::println);
        } catch (ProtocolMismatchException e) {
            // The line on standard error names the fields; here is what they say.
            e.getMessage().lines().skip(1).forEach(to::println);
            throw e;
        }
    }

    private void measure(Folders given) throws IOException {
        OutputPaths.requireWritableFile(given.out);
        MeasurementProtocol base = Protocols.named(given.protocol);
        // Refuses protocols whose source leaves open how to measure.
        base.measured(base.metricNames().get(0), 0);
        List<PairFigure> figures = new ArrayList<>(PairFigure.named(base, given.metrics));
        PairedFolders folders = PairedFolders.of(given.results, given.truths);
        try (Networks networks = Networks.open(given.lpips, given.layout, given.dists, given.features)) {
            networks.lpips().ifPresent(n -> figures.add(PairFigure.perceptual(base, "lpips", n)));
            networks.dists().ifPresent(n -> figures.add(PairFigure.perceptual(base, "dists", n)));
            MeasureResults results = new MeasureRun(base, figures, networks).run(folders);
            if (given.out != null) {
                results.write(given.out);
                provenance(base, results).writeBeside(given.out);
            }
            print(results, given);
        }
    }

    private Provenance provenance(MeasurementProtocol base, MeasureResults results) {
        String data = Sha256.of(results.data().get("results") + results.data().get("truths"));
        return CommandProvenance.of("measurement", spec, 0, results.networks())
                .withProtocol(base.name())
                .withDataHash(data);
    }

    private void print(MeasureResults results, Folders given) {
        PrintWriter to = spec.commandLine().getOut();
        to.println(results.pairs().size() + " pairs of " + given.results + " and " + given.truths + ", prepared as "
                + results.base() + " says");
        results.networks().forEach((name, hash) -> to.println("network " + name + " " + hash.substring(0, 12)));
        results.figures().forEach(f -> to.println(f.line()));
        results.notes().forEach(n -> to.println("note: " + n));
        if (given.out != null) {
            to.println(given.out);
        }
    }
}
