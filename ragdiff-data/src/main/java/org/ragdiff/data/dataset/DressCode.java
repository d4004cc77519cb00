package org.ragdiff.data.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.core.GarmentAttributes;

/**
 * Dress Code (Morelli et al. 2022) as its archive unpacks: three kinds of garments in folders of their own, photos
 * ({@code _0}) and flats ({@code _1}) in one folder. The lists lie in those folders, or in the root with the kind's number
 * in a third column. Stateless.
 */
final class DressCode implements DatasetFormat {
    private static final String PHOTO = "_0.jpg";

    /** Kinds in the order of their numbers. */
    private enum Kind {
        UPPER_BODY("upper_body", Set.of(4), GarmentAttributes.Category.UNKNOWN),
        LOWER_BODY("lower_body", Set.of(5, 6), GarmentAttributes.Category.UNKNOWN),
        DRESSES("dresses", Set.of(7), GarmentAttributes.Category.DRESS);

        final String folder;
        /** Classes of the parser (ATR): upper clothes; skirt and trousers; dress. */
        final Set<Integer> labels;

        final GarmentAttributes attributes;

        Kind(String folder, Set<Integer> labels, GarmentAttributes.Category category) {
            this.folder = folder;
            this.labels = labels;
            this.attributes = GarmentAttributes.of(category);
        }
    }

    @Override
    public String kind() {
        return "dress-code";
    }

    @Override
    public String layout() {
        return """
                upper_body/, lower_body/, dresses/   at least one of them, each with
                  train_pairs.txt                    a line for each pair: 000001_0.jpg 000001_1.jpg
                  test_pairs_paired.txt              the same
                  images/000001_0.jpg                photos of persons
                  images/000001_1.jpg                their garments, flat
                  label_maps/000001_4.png            classes of the photos' pixels (optional)
                  masks/000001_1.png                 the garments' masks (optional)
                or both lists beside the three folders, with 0, 1 or 2 for their folder in a third column
                """;
    }

    @Override
    public DatasetListing list(DatasetOptions options) throws IOException {
        List<PairFiles> pairs = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        boolean any = false;
        for (Kind kind : Kind.values()) {
            Path folder = options.root().resolve(kind.folder);
            if (Files.isDirectory(folder)) {
                any = true;
                if (!Files.isDirectory(folder.resolve("images"))) {
                    throw new WrongLayoutException(this, options.root(), kind.folder + "/images is missing");
                }
                add(kind, options, pairs, leftOut);
            }
        }
        if (!any) {
            throw new WrongLayoutException(this, options.root(), "upper_body, lower_body and dresses are missing");
        }
        return new DatasetListing(pairs, leftOut);
    }

    private void add(Kind kind, DatasetOptions options, List<PairFiles> pairs, List<LeftOut> leftOut)
            throws IOException {
        Set<String> test = new HashSet<>();
        List<NameList.Row> testRows =
                rows(kind, options, "test_pairs_paired.txt", options.split() != DatasetSplit.TRAIN);
        testRows.forEach(row -> test.add(NameList.stem(row.photo())));
        Set<String> seen = new HashSet<>();
        if (options.split() != DatasetSplit.TEST) {
            for (NameList.Row row : rows(kind, options, "train_pairs.txt", true)) {
                String group = NameList.stem(row.photo());
                if (test.contains(group)) {
                    leftOut.add(new LeftOut(name(kind, row), LeftOut.Reason.IN_BOTH_SPLITS, "the test has " + group));
                } else {
                    addOnce(kind, options, row, seen, pairs, leftOut);
                }
            }
        }
        if (options.split() != DatasetSplit.TRAIN) {
            for (NameList.Row row : testRows) {
                addOnce(kind, options, row, seen, pairs, leftOut);
            }
        }
    }

    private static void addOnce(
            Kind kind,
            DatasetOptions options,
            NameList.Row row,
            Set<String> seen,
            List<PairFiles> pairs,
            List<LeftOut> leftOut) {
        if (seen.add(row.photo())) {
            pairs.add(pair(kind, options.root().resolve(kind.folder), row));
        } else {
            leftOut.add(
                    new LeftOut(name(kind, row), LeftOut.Reason.LISTED_TWICE, "line " + row.line() + " of its list"));
        }
    }

    private static String name(Kind kind, NameList.Row row) {
        return kind.folder + "/images/" + row.photo();
    }

    /** The list of the kind's own folder, or the kind's rows of the root's. */
    private List<NameList.Row> rows(Kind kind, DatasetOptions options, String name, boolean needed) throws IOException {
        Path own = options.root().resolve(kind.folder).resolve(name);
        if (Files.isRegularFile(own)) {
            return NameList.read(own);
        }
        Path common = options.root().resolve(name);
        if (Files.isRegularFile(common)) {
            return ofKind(kind, common);
        }
        if (needed) {
            throw new WrongLayoutException(this, options.root(), kind.folder + "/" + name + " is missing");
        }
        return List.of();
    }

    private static List<NameList.Row> ofKind(Kind kind, Path list) throws IOException {
        List<NameList.Row> out = new ArrayList<>();
        for (NameList.Row row : NameList.read(list)) {
            if (row.fields().size() < 3
                    || !Set.of("0", "1", "2").contains(row.fields().get(2))) {
                throw new IOException(list + ": line " + row.line()
                        + " has no third column with 0 (upper_body), 1 (lower_body) or 2 (dresses)");
            }
            if (row.fields().get(2).equals(Integer.toString(kind.ordinal()))) {
                out.add(row);
            }
        }
        return out;
    }

    private static PairFiles pair(Kind kind, Path folder, NameList.Row row) {
        String photo = row.photo();
        Path labels = folder.resolve("label_maps")
                .resolve(
                        photo.endsWith(PHOTO)
                                ? photo.substring(0, photo.length() - PHOTO.length()) + "_4.png"
                                : NameList.withEnding(photo, ".png"));
        String id = kind.folder + "-" + NameList.stem(photo);
        return new PairFiles(
                id,
                id,
                Optional.of(folder.resolve("images").resolve(photo)),
                Optional.of(new PairFiles.LabelMap(labels, kind.labels)),
                folder.resolve("images").resolve(row.garment()),
                Optional.of(folder.resolve("masks").resolve(NameList.withEnding(row.garment(), ".png"))),
                kind.attributes,
                0);
    }
}
