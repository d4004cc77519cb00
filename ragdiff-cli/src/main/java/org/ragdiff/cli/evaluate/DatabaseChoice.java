package org.ragdiff.cli.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Which structure database an evaluation retrieves from: one on disk, one built from photos, or the model's own.
 *
 * @param directory of a database
 * @param photos folder of photos to build one from
 */
public record DatabaseChoice(Optional<Path> directory, Optional<Path> photos) {
    public DatabaseChoice {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(photos, "photos");
        if (directory.isPresent() && photos.isPresent()) {
            throw new IllegalArgumentException("a database is opened or built from photos, not both");
        }
    }

    /** The model's own. */
    public static DatabaseChoice ofModel() {
        return new DatabaseChoice(Optional.empty(), Optional.empty());
    }

    /** Whether it is built from this very folder. */
    boolean isOf(Path folder) throws IOException {
        return photos.isPresent()
                && Files.isDirectory(photos.get())
                && Files.isDirectory(folder)
                && Files.isSameFile(photos.get(), folder);
    }
}
