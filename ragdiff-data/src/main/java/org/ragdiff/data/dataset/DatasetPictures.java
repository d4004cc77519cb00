package org.ragdiff.data.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ImageFormatException;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;
import org.ragdiff.core.image.SquarePhoto;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.photo.FlatFrame;
import org.ragdiff.data.photo.GarmentWindow;
import org.ragdiff.data.photo.MaskFile;

/**
 * Reads pairs: flats into the standard frame, photos into the square around the garment. Thread-safe; holds no
 * picture.
 */
final class DatasetPictures {
    /** Silhouettes are looked for at this side, or at twice the result's: detail beyond is lost in the frame anyway. */
    private static final int WORKING_SIDE = 256;

    /** Masks of less of a photo show no garment but the parser's noise. */
    private static final double LEAST_MASK = 0.002;

    private final int side;
    private final PictureRules rules;

    DatasetPictures(int side, PictureRules rules) {
        this.side = side;
        this.rules = rules;
    }

    /** @throws IOException if a picture cannot be read or shows no garment; names the file */
    StandardGarment garment(PairFiles files) throws IOException {
        RgbImage flat = ImageFiles.read(files.flat());
        RgbImage working = FlatFrame.reduced(flat, Math.max(WORKING_SIDE, 2 * side));
        Silhouette garment = flatMask(files, flat, working);
        FlatFrame.Laid laid = FlatFrame.lay(working, garment, side)
                .orElseThrow(() -> new ImageFormatException(files.flat()
                        + ": shows no garment; expected one on white ground, or a mask that is light inside"));
        return new StandardGarment(laid.standard(), laid.silhouette(), files.attributes(), files.id(), files.group());
    }

    private Silhouette flatMask(PairFiles files, RgbImage flat, RgbImage working) throws IOException {
        if (files.flatMask().isEmpty() || !Files.isRegularFile(files.flatMask().get())) {
            return rules.flatSilhouette().apply(working);
        }
        Path file = files.flatMask().get();
        Silhouette mask = MaskFile.readLight(file);
        requireSize(file, mask, files.flat(), flat);
        return resized(mask, working.width(), working.height());
    }

    /** @throws IOException if a picture cannot be read or shows no garment; names the file */
    GarmentPair pair(PairFiles files) throws IOException {
        StandardGarment garment = garment(files);
        Path file = files.photo().orElseThrow();
        RgbImage photo = ImageFiles.read(file);
        Optional<Silhouette> mask = photoMask(files, file, photo);
        Optional<GarmentWindow> window = mask.isPresent()
                ? GarmentWindow.around(mask.get(), photo.width(), photo.height())
                : rules.photoWindow().apply(photo);
        RgbImage used = window.map(w -> w.cut(photo)).orElse(photo);
        return new GarmentPair(
                SquarePhoto.of(used, side, SquarePhoto.Fit.LETTERBOX),
                garment.standard(),
                garment.silhouette(),
                garment.attributes(),
                garment.id(),
                garment.group(),
                files.hiddenShare(),
                mask.map(m -> SquarePhoto.letterbox(window.orElseThrow().cut(m), side)));
    }

    private static Optional<Silhouette> photoMask(PairFiles files, Path photoFile, RgbImage photo) throws IOException {
        if (files.photoMask().isEmpty()
                || !Files.isRegularFile(files.photoMask().get().file())) {
            return Optional.empty();
        }
        PairFiles.LabelMap map = files.photoMask().get();
        Silhouette mask = MaskFile.readLabels(map.file(), map.labels());
        requireSize(map.file(), mask, photoFile, photo);
        boolean seen = mask.area() >= LEAST_MASK * photo.width() * photo.height();
        return seen ? Optional.of(mask) : Optional.empty();
    }

    private static void requireSize(Path maskFile, Silhouette mask, Path file, RgbImage picture) throws IOException {
        if (mask.width() != picture.width() || mask.height() != picture.height()) {
            throw new ImageFormatException(maskFile + ": is " + mask.width() + "x" + mask.height() + ", its picture "
                    + file + " is " + picture.width() + "x" + picture.height());
        }
    }

    private static Silhouette resized(Silhouette mask, int width, int height) {
        if (mask.width() == width && mask.height() == height) {
            return mask;
        }
        boolean[] from = mask.toArray();
        byte[] grey = new byte[from.length];
        for (int i = 0; i < from.length; i++) {
            grey[i] = (byte) (from[i] ? 255 : 0);
        }
        SourceBox all = SourceBox.whole(mask.width(), mask.height());
        byte[] small = Resize.bytes(grey, 1, mask.width(), mask.height(), all, width, height, ResampleFilter.BOX);
        boolean[] inside = new boolean[small.length];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = (small[i] & 0xff) >= 128;
        }
        return new Silhouette(width, height, inside);
    }
}
