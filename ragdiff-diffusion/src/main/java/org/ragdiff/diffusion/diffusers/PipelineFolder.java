package org.ragdiff.diffusion.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A pipeline as diffusers saves it: a {@code model_index.json} that names the class of each component, and a
 * folder for each. Immutable.
 */
public final class PipelineFolder {
    private static final String INDEX = "model_index.json";

    private final Path path;
    private final String className;
    private final Map<String, String> classes;

    private PipelineFolder(Path path, String className, Map<String, String> classes) {
        this.path = path;
        this.className = className;
        this.classes = Collections.unmodifiableMap(classes);
    }

    /** @throws CheckpointException if there is no index, or it is malformed */
    public static PipelineFolder open(Path path) throws IOException {
        Path index = path.resolve(INDEX);
        if (!Files.isRegularFile(index)) {
            throw new CheckpointException(
                    path + " has no " + INDEX + ": a pipeline's folder holds one beside unet, vae" + " and scheduler");
        }
        JsonNode node = StrictConfig.readObject(index);
        Map<String, String> classes = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> i = node.fields(); i.hasNext(); ) {
            Map.Entry<String, JsonNode> e = i.next();
            JsonNode v = e.getValue();
            if (v.isArray()
                    && v.size() == 2
                    && v.get(1).isTextual()
                    && e.getKey().matches("[A-Za-z0-9_]{1,64}")) {
                classes.put(e.getKey(), v.get(1).asText());
            }
        }
        return new PipelineFolder(path, node.path("_class_name").asText(), classes);
    }

    /** The pipeline's class in diffusers, or an empty text. */
    public String className() {
        return className;
    }

    /** Classes of the components by name; those that are absent are left out. */
    public Map<String, String> components() {
        return classes;
    }

    /**
     * The folder of a component.
     *
     * @param expected classes that will do; none for any
     * @throws CheckpointException if there is no such component, it is of another class or has no folder
     */
    public Path component(String name, String... expected) throws CheckpointException {
        String found = classes.get(name);
        if (found == null) {
            throw new CheckpointException(
                    path.resolve(INDEX) + " names no component " + name + ", it has " + classes.keySet());
        }
        if (expected.length > 0 && !Arrays.asList(expected).contains(found)) {
            throw new CheckpointException(path.resolve(INDEX) + ": " + name + " is a " + found + ", expected "
                    + String.join(" or ", expected));
        }
        Path folder = path.resolve(name);
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(
                    path.resolve(INDEX) + " names a component " + name + ", but there is no folder " + folder);
        }
        return folder;
    }
}
