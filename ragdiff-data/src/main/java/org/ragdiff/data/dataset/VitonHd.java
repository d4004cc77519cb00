package org.ragdiff.data.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.core.GarmentAttributes;

/**
 * VITON-HD (Choi et al. 2021) as its archive unpacks. The first name of a list's line is a photo, whose garment is the
 * flat of the same name; the second is another garment, to be tried on, and is not used. Stateless.
 */
final class VitonHd implements DatasetFormat {
    /** Classes of the parser (LIP): upper clothes, dress, coat. */
    private static final Set<Integer> GARMENT = Set.of(5, 6, 7);

    @Override
    public String kind() {
        return "viton-hd";
    }

    @Override
    public String layout() {
        return """
                train_pairs.txt               a line for each photo: 00001_00.jpg 00005_00.jpg
                train/
                  image/00001_00.jpg          photos of persons
                  cloth/00001_00.jpg          their garments, flat, under the same names
                  cloth-mask/00001_00.jpg     the garments' masks (optional)
                  image-parse-v3/00001_00.png classes of the photos' pixels (optional; or image-parse)
                test_pairs.txt, test/         the same
                """;
    }

    @Override
    public DatasetListing list(DatasetOptions options) throws IOException {
        List<PairFiles> pairs = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        if (options.split() != DatasetSplit.TEST) {
            add("train", options, testGroups(options.root()), pairs, leftOut);
        }
        if (options.split() != DatasetSplit.TRAIN) {
            add("test", options, Set.of(), pairs, leftOut);
        }
        return new DatasetListing(pairs, leftOut);
    }

    private static Set<String> testGroups(Path root) throws IOException {
        Set<String> groups = new HashSet<>();
        Path list = root.resolve("test_pairs.txt");
        if (Files.isRegularFile(list)) {
            NameList.read(list).forEach(row -> groups.add(NameList.stem(row.photo())));
        }
        return groups;
    }

    private void add(
            String split, DatasetOptions options, Set<String> others, List<PairFiles> pairs, List<LeftOut> leftOut)
            throws IOException {
        Path root = options.root();
        Path list = root.resolve(split + "_pairs.txt");
        Path folder = root.resolve(split);
        require(root, list, Files.isRegularFile(list));
        require(root, folder.resolve("image"), Files.isDirectory(folder.resolve("image")));
        require(root, folder.resolve("cloth"), Files.isDirectory(folder.resolve("cloth")));
        Map<String, LeftOut.Reason> leaks =
                options.knownLeaks() == DatasetOptions.KnownLeaks.REMOVE ? VitonHdLeaks.of(split) : Map.of();
        String parse = Files.isDirectory(folder.resolve("image-parse-v3")) ? "image-parse-v3" : "image-parse";
        Set<String> seen = new HashSet<>();
        for (NameList.Row row : NameList.read(list)) {
            String name = row.photo();
            String at = split + "/image/" + name;
            if (!seen.add(name)) {
                leftOut.add(new LeftOut(at, LeftOut.Reason.LISTED_TWICE, "line " + row.line() + " of " + list));
            } else if (leaks.containsKey(name)) {
                leftOut.add(new LeftOut(at, leaks.get(name), "by the list of TryOffDiff"));
            } else if (others.contains(NameList.stem(name))) {
                leftOut.add(new LeftOut(at, LeftOut.Reason.IN_BOTH_SPLITS, "the test has " + NameList.stem(name)));
            } else {
                pairs.add(pair(folder, parse, name));
            }
        }
    }

    private static PairFiles pair(Path folder, String parse, String name) {
        return new PairFiles(
                NameList.withEnding(name, ""),
                NameList.stem(name),
                Optional.of(folder.resolve("image").resolve(name)),
                Optional.of(new PairFiles.LabelMap(
                        folder.resolve(parse).resolve(NameList.withEnding(name, ".png")), GARMENT)),
                folder.resolve("cloth").resolve(name),
                Optional.of(folder.resolve("cloth-mask").resolve(name)),
                GarmentAttributes.UNKNOWN,
                0);
    }

    private void require(Path root, Path what, boolean there) throws IOException {
        if (!there) {
            throw new WrongLayoutException(this, root, root.relativize(what) + " is missing");
        }
    }
}
