package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.photo.PictureList;

/**
 * Where each photo's flat-lay and manifest go: {@code NAME.png} and {@code NAME.json}. Photos of a folder
 * that differ only in their ending keep it in the output's name: {@code a.jpg.png} and {@code a.png.png}.
 * Immutable; nothing is written.
 *
 * @param photo the input
 * @param png the flat-lay
 * @param manifest how it came to be
 * @param seed of its own, {@code NAME-SEED.png}, if several were asked for
 */
record OutputPlan(Path photo, Path png, Path manifest, OptionalLong seed) {

    /**
     * @param out {@code FILE.png} for a single photo; a folder, existing or not, for one or many
     * @param seeds each photo is done once with each; empty for one flat-lay without a seed of its own
     * @throws BadInputException if an output cannot be written, two would have one name, or one would
     *     replace a photo
     */
    static List<OutputPlan> of(PictureList photos, Path out, List<Long> seeds) throws IOException {
        boolean file = !photos.folder() && !Files.isDirectory(out) && baseName(out, ".png") != null;
        List<OutputPlan> plans = new ArrayList<>();
        if (file) {
            OutputPaths.requireWritableFile(out);
            plans.add(named(photos.files().get(0), out.toAbsolutePath().getParent(), baseName(out, ".png")));
        } else {
            OutputPaths.requireWritableFolder(out);
            Map<String, Long> count = photos.files().stream()
                    .collect(Collectors.groupingBy(p -> stem(p).toLowerCase(Locale.ROOT), Collectors.counting()));
            for (Path p : photos.files()) {
                boolean alone = count.get(stem(p).toLowerCase(Locale.ROOT)) == 1;
                plans.add(named(p, out, alone ? stem(p) : p.getFileName().toString()));
            }
        }
        List<OutputPlan> all = seeds.isEmpty()
                ? plans
                : plans.stream().flatMap(p -> seeds.stream().map(p::seeded)).toList();
        check(all);
        return all;
    }

    private OutputPlan seeded(long own) {
        return new OutputPlan(photo, RunOptions.named(png, own), RunOptions.named(manifest, own), OptionalLong.of(own));
    }

    private static OutputPlan named(Path photo, Path folder, String name) {
        return new OutputPlan(
                photo, folder.resolve(name + ".png"), folder.resolve(name + ".json"), OptionalLong.empty());
    }

    private static void check(List<OutputPlan> plans) throws IOException {
        Set<Path> photos = new HashSet<>();
        for (OutputPlan p : plans) {
            photos.add(p.photo().toRealPath());
        }
        Map<String, Path> taken = new HashMap<>();
        for (OutputPlan p : plans) {
            if (Files.exists(p.png()) && photos.contains(p.png().toRealPath())) {
                throw new BadInputException("the flat-lay of " + p.photo() + " would replace the photo " + p.png()
                        + "; give another folder with --out");
            }
            Path other = taken.put(p.png().toString().toLowerCase(Locale.ROOT), p.photo());
            if (other != null) {
                throw new BadInputException("the flat-lays of " + other + " and " + p.photo() + " would both be "
                        + p.png() + "; rename one of the photos");
            }
            OutputPaths.requireWritableFile(p.png());
            OutputPaths.requireWritableFile(p.manifest());
        }
    }

    private static String stem(Path photo) {
        String name = photo.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** The file's name without this ending, or null if it ends otherwise or is nothing else. */
    private static String baseName(Path file, String ending) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        boolean fits =
                name.length() > ending.length() && name.toLowerCase(Locale.ROOT).endsWith(ending);
        return fits ? name.substring(0, name.length() - ending.length()) : null;
    }
}
