package org.ragdiff.data.pairs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.photo.PaintedOut;
import org.ragdiff.data.photo.PhotoPreparer;
import org.ragdiff.data.photo.PreparedGarment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the garments out of a folder of photos, once: the archive is kept under a name that is a hash of the
 * photos and the options. Stateless.
 */
public final class PhotoGarments {
    private static final Logger LOG = LoggerFactory.getLogger(PhotoGarments.class);
    /** Raised when the way from photo to garment changes, so that old archives are not used. */
    private static final int VERSION = 1;

    private PhotoGarments() {}

    /** Hears how far the preparation is. Called from several threads. */
    @FunctionalInterface
    public interface Progress {
        void prepared(int done, int all);
    }

    /**
     * @param folder as {@link PhotoFolder} reads it
     * @param cacheFolder where archives are kept; made if it is missing
     * @return those garments whose mask is confident
     * @throws IOException if the folder cannot be read or holds no usable photo
     */
    public static GarmentArchive openOrPrepare(
            Path folder, PhotoGarmentOptions options, Path cacheFolder, Progress progress) throws IOException {
        List<PhotoFolder.Photo> photos = PhotoFolder.list(folder);
        if (photos.isEmpty()) {
            throw new IOException("no photos in " + folder + ": expected .jpg, .png, .webp, .bmp or .gif files");
        }
        String key = key(folder, photos, options);
        Files.createDirectories(cacheFolder);
        Path file = cacheFolder.resolve("garments-" + key.substring(0, 16) + ".bin");
        Optional<GarmentArchive> found =
                GarmentArchive.open(file).filter(a -> a.key().equals(key));
        if (found.isPresent()) {
            return found.get();
        }
        List<GarmentArchiveWriter.Entry> entries = prepare(photos, options, progress);
        if (entries.isEmpty()) {
            throw new IOException("none of the " + photos.size() + " photos in " + folder
                    + " shows a garment that stands out from its background");
        }
        LOG.info("{} of {} photos in {} gave a confident garment", entries.size(), photos.size(), folder);
        GarmentArchiveWriter.write(file, key, options.side(), entries);
        return GarmentArchive.open(file).orElseThrow(() -> new IOException("cannot read back " + file));
    }

    private static String key(Path folder, List<PhotoFolder.Photo> photos, PhotoGarmentOptions options)
            throws IOException {
        StringBuilder text = new StringBuilder("version " + VERSION + " " + options + "\n");
        photos.forEach(
                p -> text.append(p.id() + " " + p.group() + " " + p.attributes().category() + "\n"));
        text.append(
                Sha256.of(folder, photos.stream().map(PhotoFolder.Photo::file).toList()));
        return Sha256.of(text.toString());
    }

    private static List<GarmentArchiveWriter.Entry> prepare(
            List<PhotoFolder.Photo> photos, PhotoGarmentOptions options, Progress progress) {
        PhotoPreparer preparer = new PhotoPreparer(options.preparation());
        AtomicInteger done = new AtomicInteger();
        List<Optional<GarmentArchiveWriter.Entry>> all = IntStream.range(0, photos.size())
                .parallel()
                .mapToObj(i -> {
                    Optional<GarmentArchiveWriter.Entry> entry = prepare(photos.get(i), options, preparer);
                    progress.prepared(done.incrementAndGet(), photos.size());
                    return entry;
                })
                .toList();
        List<GarmentArchiveWriter.Entry> entries = new ArrayList<>();
        all.forEach(e -> e.ifPresent(entries::add));
        return entries;
    }

    private static Optional<GarmentArchiveWriter.Entry> prepare(
            PhotoFolder.Photo photo, PhotoGarmentOptions options, PhotoPreparer preparer) {
        RgbImage image;
        try {
            image = ImageFiles.read(photo.file());
        } catch (IOException e) {
            LOG.warn("left out: {}", e.getMessage());
            return Optional.empty();
        }
        Optional<PreparedGarment> prepared = preparer.prepare(image, options.side());
        return prepared.filter(p -> p.confidence() >= options.preparation().acceptConfidence())
                .map(p -> new GarmentArchiveWriter.Entry(
                        new StandardGarment(
                                p.standard(), p.silhouette(), photo.attributes(), photo.id(), photo.group()),
                        PaintedOut.square(p.photo(), p.photoMask(), options.side()),
                        p.confidence()));
    }
}
