package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.diffusion.sampler.SamplingStep;
import picocli.CommandLine.Option;

/** Options of where runs begin and end, and of their seeds. */
public final class RunOptions {
    private static final int MOST_SEEDS = 256;

    @Option(
            names = "--image-to-image",
            paramLabel = "FILE",
            description = "Picture that the run begins with, noise on it, in place of pure noise.")
    private Path image;

    @Option(
            names = "--strength",
            paramLabel = "SHARE",
            description = "Share of the run that is carried out on it, above 0 up to 1 (default: 0.6).")
    private Double strength;

    @Option(
            names = "--stop-after",
            paramLabel = "N",
            description = "Ends the run after N calls of the network, with the estimate that it has come to.")
    private Integer stopAfter;

    @Option(
            names = "--seeds",
            paramLabel = "N,...",
            description = "Several seeds: a picture NAME-SEED.png for each, in place of --seed.")
    private String seeds;

    /** The picture to begin with, as it is in the file. */
    public Optional<RgbImage> image() throws IOException {
        if (image == null) {
            if (strength != null) {
                throw new BadInputException("--strength goes with --image-to-image");
            }
            return Optional.empty();
        }
        return Optional.of(ImageFiles.read(image));
    }

    /** Its file, or null. */
    public Path imageFile() {
        return image;
    }

    public double strength() {
        double s = strength == null ? 0.6 : strength;
        if (!(s > 0 && s <= 1)) {
            throw new BadInputException("--strength must be above 0 and at most 1, got " + s);
        }
        return s;
    }

    /** The calls after which runs end, or null. */
    public Integer stopAfter() {
        if (stopAfter != null && stopAfter < 1) {
            throw new BadInputException("--stop-after must be at least 1, got " + stopAfter);
        }
        return stopAfter;
    }

    /** Ends a run where it was asked for. */
    public void onStep(SamplingStep step) {
        if (stopAfter != null && step.step() + 1 >= stopAfter) {
            step.stop();
        }
    }

    /** The seeds that were listed; empty if none were. */
    public List<Long> seeds() {
        if (seeds == null) {
            return List.of();
        }
        List<Long> all;
        try {
            all = Arrays.stream(seeds.split(",", -1))
                    .map(String::trim)
                    .map(Long::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "--seeds are whole numbers with commas between, such as 1,2,3, got " + seeds, e);
        }
        if (all.stream().distinct().count() != all.size() || all.size() > MOST_SEEDS) {
            throw new BadInputException("--seeds must differ and be at most " + MOST_SEEDS + ", got " + seeds);
        }
        return all;
    }

    /** A file's name with a seed behind it. */
    public static Path named(Path png, long seed) {
        String name = png.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return png.resolveSibling(
                dot > 0 ? name.substring(0, dot) + "-" + seed + name.substring(dot) : name + "-" + seed);
    }
}
