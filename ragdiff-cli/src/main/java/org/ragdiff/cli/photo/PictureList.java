package org.ragdiff.cli.photo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.image.ImageFiles;

/**
 * The pictures that a command is given: one file, or those of a folder. A file of a folder counts if its
 * content begins as a picture or its name ends as one, so that a damaged picture is reported and a text is
 * not. Folders within are not entered, hidden files not taken. Immutable.
 *
 * @param files sorted by name
 * @param folder whether they are a folder's
 */
public record PictureList(List<Path> files, boolean folder) {
    private static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "heic", "heif", "avif", "tif", "tiff");

    public PictureList {
        files = List.copyOf(files);
    }

    /**
     * @throws BadInputException if there is no such file or folder, or no picture in it
     */
    public static PictureList of(Path image) throws IOException {
        if (!Files.exists(image)) {
            throw new BadInputException(image + ": no such file or folder; give a picture or a folder of pictures");
        }
        if (!Files.isDirectory(image)) {
            return new PictureList(List.of(image), false);
        }
        try (Stream<Path> children = Files.list(image)) {
            List<Path> files = children.filter(PictureList::counts).sorted().toList();
            if (files.isEmpty()) {
                throw new BadInputException(
                        image + ": there is no picture in this folder; expected JPEG, PNG, WebP, GIF or BMP files");
            }
            return new PictureList(files, true);
        }
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        if (name.startsWith(".") || !Files.isRegularFile(file)) {
            return false;
        }
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return ENDINGS.contains(ending) || ImageFiles.isPicture(file);
    }
}
