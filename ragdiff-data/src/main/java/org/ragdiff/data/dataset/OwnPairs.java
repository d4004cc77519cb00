package org.ragdiff.data.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.PairFile;
import org.ragdiff.data.pairs.PairTable;
import org.ragdiff.data.pairs.PhotoFolder;

/**
 * A user's own pairs: a {@link PairTable} of which only the photo and the flat have to be there, or two folders of
 * pictures of the same names. Stateless.
 */
final class OwnPairs implements DatasetFormat {
    private static final List<String> REQUIRED = List.of("wild", "standard");
    private static final List<String> KNOWN = known();
    private static final String TABLE = "pairs.csv";

    private static List<String> known() {
        List<String> out = new ArrayList<>(PairFile.COLUMNS);
        out.add("mask");
        out.add("split");
        return List.copyOf(out);
    }

    @Override
    public String kind() {
        return "pairs";
    }

    @Override
    public String layout() {
        return """
                a table, FILE.csv, with the columns wild,standard and any of mask,id,group,split,category,sleeve,
                  neckline,length,closure,fit,hiddenShare; paths are relative to it
                or a folder with such a table, pairs.csv
                or a folder with
                  photos/NAME.jpg             photos
                  flats/NAME.png              their garments, flat, under the same names; any kinds of pictures
                  masks/NAME.png              the garments' masks, light inside (optional)
                """;
    }

    @Override
    public DatasetListing list(DatasetOptions options) throws IOException {
        Path root = options.root();
        if (Files.isRegularFile(root)) {
            return table(root, options);
        }
        if (Files.isRegularFile(root.resolve(TABLE))) {
            return table(root.resolve(TABLE), options);
        }
        for (String folder : List.of("photos", "flats")) {
            if (!Files.isDirectory(root.resolve(folder))) {
                throw new WrongLayoutException(this, root, TABLE + " and " + folder + " are missing");
            }
        }
        return folders(options);
    }

    private static DatasetListing table(Path file, DatasetOptions options) throws IOException {
        PairTable table = PairTable.read(file, REQUIRED, KNOWN);
        boolean split = table.has("split");
        Map<String, DatasetSplit> sides = new HashMap<>();
        List<PairFiles> pairs = new ArrayList<>();
        for (PairTable.Row row : table.rows()) {
            try {
                PairFiles pair = pair(row, options.unreadable() == DatasetOptions.Unreadable.REFUSE);
                DatasetSplit side = split ? side(row) : side(pair.group());
                DatasetSplit before = sides.putIfAbsent(pair.group(), side);
                if (before != null && before != side) {
                    throw new IllegalArgumentException("group " + pair.group()
                            + " is in training and test; give all its pairs one split, or groups of their own");
                }
                if (options.split() == DatasetSplit.ALL || options.split() == side) {
                    pairs.add(pair);
                }
            } catch (IllegalArgumentException e) {
                throw table.at(row, e);
            }
        }
        return new DatasetListing(pairs, List.of());
    }

    /** @param there whether files have to be there already here, so that the error names the line */
    private static PairFiles pair(PairTable.Row row, boolean there) {
        String standard = row.text("standard");
        String id = row.text("id").isEmpty() ? NameList.withEnding(standard, "").replace('/', '-') : row.text("id");
        String mask = row.text("silhouette").isEmpty() ? "mask" : "silhouette";
        return new PairFiles(
                id,
                row.text("group").isEmpty() ? id : row.text("group"),
                Optional.of(file(row, "wild", there)),
                Optional.empty(),
                file(row, "standard", there),
                row.text(mask).isEmpty() ? Optional.empty() : Optional.of(file(row, mask, there)),
                row.attributes(),
                row.text("hiddenShare").isEmpty() ? 0 : row.share("hiddenShare"));
    }

    private static Path file(PairTable.Row row, String column, boolean there) {
        return there ? row.file(column) : row.path(column);
    }

    private static DatasetSplit side(PairTable.Row row) {
        return switch (row.text("split")) {
            case "train" -> DatasetSplit.TRAIN;
            case "test" -> DatasetSplit.TEST;
            default ->
                throw new IllegalArgumentException("split is \"" + row.text("split") + "\", expected train or test");
        };
    }

    static DatasetSplit side(String group) {
        return GroupSplit.isHeldOut(group) ? DatasetSplit.TEST : DatasetSplit.TRAIN;
    }

    private static DatasetListing folders(DatasetOptions options) throws IOException {
        Path root = options.root();
        Map<String, Path> masks = new HashMap<>();
        if (Files.isDirectory(root.resolve("masks"))) {
            PhotoFolder.list(root.resolve("masks")).forEach(m -> masks.put(m.id(), m.file()));
        }
        Map<String, PhotoFolder.Photo> photos = new HashMap<>();
        List<LeftOut> leftOut = new ArrayList<>();
        for (PhotoFolder.Photo photo : PhotoFolder.list(root.resolve("photos"))) {
            if (photos.putIfAbsent(photo.id(), photo) != null) {
                leftOut.add(twice(photo));
            }
        }
        List<PairFiles> pairs = new ArrayList<>();
        for (PhotoFolder.Photo flat : PhotoFolder.list(root.resolve("flats"))) {
            PhotoFolder.Photo photo = photos.remove(flat.id());
            if (photo == null) {
                leftOut.add(new LeftOut(flat.file().toString(), LeftOut.Reason.MISSING, "no photo of this name"));
            } else if (options.split() == DatasetSplit.ALL || options.split() == side(photo.group())) {
                pairs.add(new PairFiles(
                        flat.id(),
                        photo.group(),
                        Optional.of(photo.file()),
                        Optional.empty(),
                        flat.file(),
                        Optional.ofNullable(masks.get(flat.id())),
                        photo.attributes(),
                        0));
            }
        }
        photos.values().stream()
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .forEach(p ->
                        leftOut.add(new LeftOut(p.file().toString(), LeftOut.Reason.MISSING, "no flat of this name")));
        return new DatasetListing(pairs, leftOut);
    }

    static LeftOut twice(PhotoFolder.Photo photo) {
        return new LeftOut(
                photo.file().toString(), LeftOut.Reason.LISTED_TWICE, "another picture has the name " + photo.id());
    }
}
