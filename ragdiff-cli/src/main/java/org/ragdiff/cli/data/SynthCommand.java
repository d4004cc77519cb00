package org.ragdiff.cli.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.data.wild.WildViewRenderer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff data synth}. */
@Command(
        name = "synth",
        description = {
            "Makes standard garments that no camera saw.",
            "Writes NAME.png (on white, in the standard frame) and NAME-silhouette.png (white inside) for each, and"
                    + " garments.csv with their attributes. --pairs adds NAME-wild.png, a made photo of the garment,"
                    + " and pairs.csv, which `ragdiff evaluate --pairs` reads. The same seed and side give the"
                    + " same files."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff data synth --count 100 --out garments/",
            "  ragdiff data synth --count 400 --side 256 --seed 7 --out pairs/ --pairs",
            "  ragdiff data synth --count 50 --out pairs/ --pairs --difficulty hard --force"
        })
public final class SynthCommand implements Callable<Integer> {
    private static final int MOST = 1_000_000;

    /** How much a made photo hides and bends. */
    enum Difficulty {
        EASY,
        USUAL,
        HARD;

        WildViewOptions options() {
            return switch (this) {
                case EASY -> WildViewOptions.easy();
                case USUAL -> WildViewOptions.defaults();
                case HARD -> WildViewOptions.hard();
            };
        }
    }

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "100",
            description = "Garments, 1 to 1000000 (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--side",
            paramLabel = "PIXELS",
            defaultValue = "128",
            description = "Side of all pictures, 32 to 1024 (default: ${DEFAULT-VALUE}).")
    private int side;

    @Option(
            names = "--seed",
            paramLabel = "K",
            defaultValue = "0",
            description = "Another seed gives other garments (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the results; made if missing.")
    private Path out;

    @Option(names = "--pairs", description = "Also a made photo of each garment.")
    private boolean pairs;

    @Option(
            names = "--difficulty",
            paramLabel = "easy|usual|hard",
            defaultValue = "USUAL",
            description = "How much the made photos hide and bend (default: usual).")
    private Difficulty difficulty;

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
        requireWithin("--count", count, 1, MOST);
        requireWithin("--side", side, 32, 1024);
        OutputPaths.requireWritableFile(json);
        ProceduralGarments garments = new ProceduralGarments(count, side, seed);
        WildViewRenderer wild =
                pairs ? new WildViewRenderer(difficulty.options().withSide(side), new ProceduralScenery()) : null;
        try (ProgressLine bar = ProgressLine.start("Garments", count)) {
            SynthFiles.write(out, force, garments, wild, seed, bar);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        OutputPaths.writeJson(
                json, new Summary(out.toString(), garments.fingerprint(), count, side, seed, pairs, seconds));
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d garments of %d px%s in %s, %.1f s%n",
                        count,
                        side,
                        pairs ? " with made photos" : "",
                        out,
                        seconds);
        return ExitCodes.DONE;
    }

    private static void requireWithin(String option, int value, int low, int high) {
        if (value < low || value > high) {
            throw new BadInputException(option + " must be in " + low + ".." + high + ", got " + value);
        }
    }

    /** What {@code --json} holds. */
    record Summary(String out, String fingerprint, int count, int side, long seed, boolean pairs, double seconds) {}
}
