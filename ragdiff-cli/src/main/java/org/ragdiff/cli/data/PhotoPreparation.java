package org.ragdiff.cli.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.PhotoFolder;
import org.ragdiff.data.pairs.PhotoGarmentOptions;
import org.ragdiff.data.photo.PhotoPreparer;
import org.ragdiff.data.photo.PreparedGarment;

/** Cuts garments out of photos, some at a time, and writes those whose mask is confident. Thread-safe. */
final class PhotoPreparation {
    private static final String NO_GARMENT = "no garment stands out from the background";
    private static final String UNSURE = "the mask is not certain enough";

    private final PhotoGarmentOptions options;
    private final PhotoPreparer preparer;

    PhotoPreparation(PhotoGarmentOptions options) {
        this.options = options;
        this.preparer = new PhotoPreparer(options.preparation());
    }

    /**
     * What became of a photo.
     *
     * @param row of {@code garments.csv}; empty if the photo was left out
     * @param confidence of its mask; empty if the file could not be read
     * @param reason why it was left out; empty if it was not
     */
    record Outcome(PhotoFolder.Photo photo, String row, Optional<Double> confidence, String reason) {
        boolean prepared() {
            return !row.isEmpty();
        }

        boolean unreadable() {
            return confidence.isEmpty();
        }

        /** Of {@code rejected.csv}. */
        String rejectedRow() {
            String file = photo.file().getFileName().toString();
            return GarmentFiles.row(
                    List.of(file, confidence.map(PhotoPreparation::number).orElse(""), reason));
        }
    }

    /**
     * Writes pictures and tables.
     *
     * @return an outcome for each photo, in their order
     * @throws BadInputException if two photos would have files of one name; nothing is written then
     */
    List<Outcome> write(List<PhotoFolder.Photo> photos, GarmentFiles files, ProgressLine bar) throws IOException {
        List<String> ids = ids(photos);
        List<Outcome> outcomes;
        try {
            outcomes = IntStream.range(0, photos.size())
                    .parallel()
                    .mapToObj(i -> {
                        Outcome outcome = outcome(photos.get(i), ids.get(i), files);
                        bar.stepBy(1);
                        return outcome;
                    })
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<String> columns = new ArrayList<>(GarmentFiles.COLUMNS);
        columns.add("confidence");
        files.table("garments.csv", columns, outcomes.stream().map(Outcome::row).toList());
        files.table(
                "rejected.csv",
                List.of("photo", "confidence", "reason"),
                outcomes.stream()
                        .filter(o -> !o.prepared())
                        .map(Outcome::rejectedRow)
                        .toList());
        return outcomes;
    }

    private Outcome outcome(PhotoFolder.Photo photo, String id, GarmentFiles files) {
        RgbImage image;
        try {
            image = ImageFiles.read(photo.file());
        } catch (IOException e) {
            String why = e.getMessage().lines().findFirst().orElse("cannot be read");
            return new Outcome(photo, "", Optional.empty(), why);
        }
        Optional<PreparedGarment> garment = preparer.prepare(image, options.side());
        double confidence = garment.map(PreparedGarment::confidence).orElse(0.0);
        if (garment.isEmpty() || confidence < options.preparation().acceptConfidence()) {
            return new Outcome(photo, "", Optional.of(confidence), garment.isEmpty() ? NO_GARMENT : UNSURE);
        }
        try {
            return new Outcome(photo, write(photo, id, garment.get(), files), Optional.of(confidence), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String write(PhotoFolder.Photo photo, String id, PreparedGarment garment, GarmentFiles files)
            throws IOException {
        Map<String, String> text = GarmentFiles.text(id);
        text.put("ragdiff.photo", Sha256.of(photo.file()));
        List<String> row = new ArrayList<>(files.garment(id, garment.standard(), garment.silhouette(), text));
        row.add(photo.label().toLowerCase(Locale.ROOT));
        row.addAll(GarmentFiles.words(photo.attributes()));
        // A photo without a sender is a group of its own, by its own name.
        row.addAll(List.of(id, photo.group().equals(photo.id()) ? id : photo.group()));
        row.add(number(garment.confidence()));
        return GarmentFiles.row(row);
    }

    private static String number(double confidence) {
        return String.format(Locale.ROOT, "%.4f", confidence);
    }

    /** The photos' names without the ending; those that differ only in the ending keep it. */
    private static List<String> ids(List<PhotoFolder.Photo> photos) {
        Map<String, Long> count = photos.stream()
                .collect(Collectors.groupingBy(p -> p.id().toLowerCase(Locale.ROOT), Collectors.counting()));
        List<String> ids = photos.stream()
                .map(p -> count.get(p.id().toLowerCase(Locale.ROOT)) == 1
                        ? p.id()
                        : p.file().getFileName().toString())
                .toList();
        Map<String, Path> taken = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            Path file = photos.get(i).file();
            for (String name : GarmentFiles.names(ids.get(i))) {
                Path other = taken.put(name.toLowerCase(Locale.ROOT), file);
                if (other != null) {
                    throw new BadInputException(
                            "pictures of " + other + " and " + file + " would both be " + name + "; rename a photo");
                }
            }
        }
        return ids;
    }
}
