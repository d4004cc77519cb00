package org.ragdiff.cli.photo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.SquarePhoto;
import org.ragdiff.core.provenance.Sha256;

/**
 * A photo read and reduced to what the networks see of it, so that a batch of large photos takes little
 * memory.
 *
 * @param file it was read from
 * @param sha256 of the file
 * @param width of the whole photo, upright
 * @param height of the whole photo, upright
 * @param crop part of the photo that is used; empty for all of it
 * @param square the used part, letterboxed to a square
 */
public record GarmentPhoto(
        Path file, String sha256, int width, int height, Optional<GarmentCrop.Box> crop, RgbImage square) {

    /**
     * @param crop how the garment is found; empty uses the whole photo
     * @param side of the square in pixels
     * @throws IOException with a one-line message if it cannot be read
     */
    public static GarmentPhoto read(Path file, Optional<GarmentCrop> crop, int side) throws IOException {
        RgbImage photo = ImageFiles.read(file);
        Optional<GarmentCrop.Box> box = crop.flatMap(c -> c.find(photo));
        RgbImage used = box.map(b -> GarmentCrop.cut(photo, b)).orElse(photo);
        return new GarmentPhoto(
                file,
                Sha256.of(file),
                photo.width(),
                photo.height(),
                box,
                SquarePhoto.of(used, side, SquarePhoto.Fit.LETTERBOX));
    }
}
