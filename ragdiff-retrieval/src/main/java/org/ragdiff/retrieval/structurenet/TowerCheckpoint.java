package org.ragdiff.retrieval.structurenet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.ragdiff.core.nn.ImageTower;
import org.ragdiff.core.nn.ImageTowers;

/**
 * The {@link ImageTower} of a {@link CheckpointTower}: a folder where a training begins, a shape where its weights lie with
 * the rest of the network.
 *
 * @param folder that {@link ImageTowers#load} reads; null once read
 * @param trainable whether its weights are trained with the rest; otherwise they stay as they are
 * @param shape that {@link ImageTowers#unset} makes a tower of; null before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TowerCheckpoint(
        @JsonProperty(defaultValue = "null") Path folder,
        @JsonProperty(defaultValue = "false") boolean trainable,
        @JsonProperty(defaultValue = "null") JsonNode shape) {
    public TowerCheckpoint {
        shape = shape == null || shape.isNull() ? null : shape;
        if ((folder == null) == (shape == null)) {
            throw new IllegalArgumentException("checkpoint needs a folder, or in stored weights a shape, got "
                    + (folder == null ? "neither" : "both"));
        }
    }

    /** Of a folder. */
    public TowerCheckpoint(Path folder, boolean trainable) {
        this(folder, trainable, null);
    }

    TowerCheckpoint read(ImageTower tower) {
        return new TowerCheckpoint(null, trainable, tower.shape());
    }
}
