package org.ragdiff.cli.data;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.data.PhotoPreparation.Outcome;
import org.ragdiff.data.pairs.PhotoFolder;
import org.ragdiff.data.pairs.PhotoGarmentOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff data prepare}. */
@Command(
        name = "prepare",
        description = {
            "Cuts garments out of photos, one in each, that lie or hang before a background.",
            "Writes NAME.png (on white, in the standard frame) and NAME-silhouette.png (white inside) for each photo"
                    + " whose mask is confident, and garments.csv with labels and confidences. The other photos are"
                    + " listed in rejected.csv. A table of labels is read if it lies beside the folder: DIR.csv with"
                    + " the columns path,label,kids,sender_id. Exit code 1 if a file could not be read."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff data prepare --photos photos/ --out garments/",
            "  ragdiff data prepare --photos photos/ --side 256 --out garments/ --json done.json --force"
        })
public final class PrepareCommand implements Callable<Integer> {
    @Option(
            names = "--photos",
            required = true,
            paramLabel = "DIR",
            description = "Folder of photos: .jpg, .png, .webp, .bmp or .gif.")
    private Path photos;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the results; made if missing.")
    private Path out;

    @Option(
            names = "--side",
            paramLabel = "PIXELS",
            defaultValue = "128",
            description = "Side of all pictures, 16 to 2048 (default: ${DEFAULT-VALUE}).")
    private int side;

    @Option(
            names = "--force",
            description = "Write into a folder that is not empty; files of the same name are replaced.")
    private boolean force;

    @Option(names = "--json", paramLabel = "FILE", description = "What was done, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        long started = System.nanoTime();
        if (side < 16 || side > 2048) {
            throw new BadInputException("--side must be in 16..2048, got " + side);
        }
        OutputPaths.requireWritableFile(json);
        List<PhotoFolder.Photo> found = photos();
        List<Outcome> outcomes;
        try (GarmentFiles files = GarmentFiles.in(out, force);
                ProgressLine bar = ProgressLine.start("Photos", found.size())) {
            PhotoGarmentOptions options = PhotoGarmentOptions.defaults().withSide(side);
            outcomes = new PhotoPreparation(options).write(found, files, bar);
            files.keep();
        }
        return finish(outcomes, (System.nanoTime() - started) / 1e9);
    }

    private List<PhotoFolder.Photo> photos() throws IOException {
        List<PhotoFolder.Photo> found = PhotoFolder.list(photos);
        if (found.isEmpty()) {
            throw new BadInputException("no photos in " + photos + ": expected .jpg, .png, .webp, .bmp or .gif files");
        }
        if (Files.isDirectory(out) && Files.isSameFile(photos, out)) {
            throw new BadInputException("the garments would lie among the photos in " + photos
                    + " and replace some; give another folder with --out");
        }
        return found;
    }

    private int finish(List<Outcome> outcomes, double seconds) throws IOException {
        Summary summary = Summary.of(out, side, outcomes, seconds);
        OutputPaths.writeJson(json, summary);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d garments of %d photos in %s, %d rejected, %.1f s%n",
                        summary.prepared(),
                        summary.photos(),
                        out,
                        summary.rejected(),
                        seconds);
        if (summary.unreadable().isEmpty()) {
            return ExitCodes.DONE;
        }
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                "ragdiff: %d of %d photos could not be read:%n",
                summary.unreadable().size(), summary.photos());
        summary.unreadable().forEach(u -> err.println("  " + u.reason()));
        return ExitCodes.FAILED;
    }

    /** What {@code --json} holds; rejected are those that could be read. */
    record Summary(
            String out, int photos, int side, int prepared, int rejected, List<Unreadable> unreadable, double seconds) {
        record Unreadable(String photo, String reason) {}

        static Summary of(Path out, int side, List<Outcome> outcomes, double seconds) {
            List<Unreadable> unreadable = outcomes.stream()
                    .filter(Outcome::unreadable)
                    .map(o -> new Unreadable(o.photo().file().toString(), o.reason()))
                    .toList();
            int prepared = (int) outcomes.stream().filter(Outcome::prepared).count();
            return new Summary(
                    out.toString(),
                    outcomes.size(),
                    side,
                    prepared,
                    outcomes.size() - prepared - unreadable.size(),
                    unreadable,
                    seconds);
        }
    }
}
