package org.ragdiff.cli.data;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.photo.FlatRules;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.dataset.DatasetOptions;
import org.ragdiff.data.dataset.DatasetOptions.KnownLeaks;
import org.ragdiff.data.dataset.DatasetOptions.Unreadable;
import org.ragdiff.data.dataset.DatasetSplit;
import org.ragdiff.data.dataset.Datasets;
import org.ragdiff.data.dataset.LeftOut;
import org.ragdiff.data.dataset.PairFiles;
import org.ragdiff.data.pairs.GroupSplit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff data check}: whether a data set can be read, and what is in it. */
@Command(
        name = "check",
        description = {
            "Opens a data set as recipes do and tells what is in it: pairs, groups, what is left out, the first pair.",
            "Kinds: viton-hd and dress-code as their archives unpack, pairs (a table, or folders photos/ and flats/ of"
                    + " the same names), flats (a folder of flat-lays). A wrong layout is answered with the expected"
                    + " one. Exit code 1 if files are missing or, with --pictures, cannot be read."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ragdiff data check --kind viton-hd --root zalando-hd-resized/",
            "  ragdiff data check --kind pairs --root my-pairs/ --split all --pictures"
        })
public final class CheckCommand implements Callable<Integer> {
    private static final int MOST_SHOWN = 20;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            description = "viton-hd, dress-code, pairs or flats.")
    private String kind;

    @Option(names = "--root", required = true, paramLabel = "DIR", description = "The data set's folder, or its table.")
    private Path root;

    @Option(
            names = "--split",
            paramLabel = "train|test|all",
            defaultValue = "ALL",
            description = "Part of it (default: all).")
    private DatasetSplit split;

    @Option(names = "--keep-leaks", description = "Keep pictures that are known copies of others.")
    private boolean keepLeaks;

    @Option(names = "--pictures", description = "Read every picture, which takes a while, and name those that fail.")
    private boolean pictures;

    @Option(names = "--json", paramLabel = "FILE", description = "What was found, for machines.")
    private Path json;

    /** What {@code --json} holds. */
    record Summary(
            String kind,
            String root,
            String split,
            int pairs,
            int garments,
            int groups,
            int heldOutGroups,
            String fingerprint,
            List<LeftOut> leftOut) {}

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(json);
        DatasetOptions options = DatasetOptions.of(root)
                .withSplit(split)
                .withKnownLeaks(keepLeaks ? KnownLeaks.KEEP : KnownLeaks.REMOVE);
        Dataset dataset = open(options);
        Set<String> groups = new HashSet<>();
        dataset.files().forEach(f -> groups.add(f.group()));
        int heldOut = (int) groups.stream().filter(GroupSplit::isHeldOut).count();
        PrintWriter to = spec.commandLine().getOut();
        to.printf(
                Locale.ROOT,
                "%s: %d pairs%s of %d garments in %d groups, %d of them held out of training%n",
                dataset.name(),
                dataset.files().size(),
                dataset.hasPhotos() ? "" : " (flats alone, photos are made)",
                dataset.size(),
                groups.size(),
                heldOut);
        List<LeftOut> failed = print(dataset.leftOut(), to);
        print(dataset.files().get(0), to);
        OutputPaths.writeJson(
                json,
                new Summary(
                        kind,
                        root.toString(),
                        split.name().toLowerCase(Locale.ROOT),
                        dataset.files().size(),
                        dataset.size(),
                        groups.size(),
                        heldOut,
                        dataset.fingerprint(),
                        dataset.leftOut()));
        return failed.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private Dataset open(DatasetOptions options) throws IOException {
        try {
            return Datasets.open(
                    kind,
                    options.withUnreadable(pictures ? Unreadable.SKIP : Unreadable.REFUSE),
                    FlatRules.wholePhotos());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
    }

    /** Counts by reason, and those that failed by name; returns the latter. */
    private static List<LeftOut> print(List<LeftOut> leftOut, PrintWriter to) {
        Map<LeftOut.Reason, Integer> counts = new EnumMap<>(LeftOut.Reason.class);
        List<LeftOut> failed = new ArrayList<>();
        for (LeftOut l : leftOut) {
            counts.merge(l.reason(), 1, Integer::sum);
            if (l.reason() == LeftOut.Reason.MISSING || l.reason() == LeftOut.Reason.UNREADABLE) {
                failed.add(l);
            }
        }
        counts.forEach((reason, n) -> to.printf("left out: %d %s%n", n, words(reason)));
        failed.stream().limit(MOST_SHOWN).forEach(l -> to.printf("  %s: %s%n", l.name(), l.detail()));
        if (failed.size() > MOST_SHOWN) {
            to.printf("  and %d more%n", failed.size() - MOST_SHOWN);
        }
        return failed;
    }

    private static String words(LeftOut.Reason reason) {
        return switch (reason) {
            case DUPLICATE -> "known copies within their split";
            case LEAKED_FROM_TRAIN -> "known copies of training pictures";
            case IN_BOTH_SPLITS -> "of training whose group the test has";
            case LISTED_TWICE -> "listed more than once";
            case MISSING -> "with missing files";
            case UNREADABLE -> "that cannot be read";
        };
    }

    private static void print(PairFiles first, PrintWriter to) throws IOException {
        to.printf("first: %s, group %s%n", first.id(), first.group());
        if (first.photo().isPresent()) {
            print("photo", first.photo().get(), to);
        }
        if (first.photoMask().isPresent()) {
            print("classes", first.photoMask().get().file(), to);
        }
        print("flat", first.flat(), to);
        if (first.flatMask().isPresent()) {
            print("mask", first.flatMask().get(), to);
        }
    }

    private static void print(String what, Path file, PrintWriter to) throws IOException {
        if (!Files.isRegularFile(file)) {
            to.printf("  %-8s none%n", what);
            return;
        }
        RgbImage image = ImageFiles.read(file);
        to.printf("  %-8s %s, %dx%d%n", what, file, image.width(), image.height());
    }
}
