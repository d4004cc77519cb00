package org.ragdiff.core.nn;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Makes {@link ImageTower}s; found by {@link ServiceLoader}. Thread-safe. */
public interface ImageTowers {
    /**
     * Reads configuration, preparation of pictures and weights of a folder; the tower is the caller's to close.
     *
     * @throws IOException if something is missing, broken, not implemented or does not fit; says what was expected
     */
    ImageTower load(Path folder) throws IOException;

    /**
     * A tower without weights, which takes no memory until they are loaded.
     *
     * @param shape as {@link ImageTower#shape} says it
     * @throws IllegalArgumentException if it describes no tower
     */
    ImageTower unset(JsonNode shape);

    /** @throws IllegalStateException if none is on the class path */
    static ImageTowers installed() {
        return ServiceLoader.load(ImageTowers.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing on the class path reads the towers of checkpoints"
                        + " (no service " + ImageTowers.class.getName() + "): add ragdiff-diffusion"));
    }
}
