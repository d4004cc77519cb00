package org.ragdiff.cli.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.ragdiff.cli.BadInputException;

/**
 * Where the parts of a model lie. Immutable.
 *
 * @param directory the model's folder
 */
public record ModelFiles(Path directory) {
    /** System property with the project's folder; the launcher sets it. */
    public static final String HOME = "ragdiff.home";

    public ModelFiles {
        Objects.requireNonNull(directory, "directory");
    }

    /** The demo model's: {@code models/demo} in the project's folder, or in the working directory. */
    public static ModelFiles demo() {
        return new ModelFiles(Path.of(System.getProperty(HOME, "."), "models", "demo"));
    }

    /** {@code demo()} for null. */
    public static ModelFiles orDemo(Path directory) {
        return directory == null ? demo() : new ModelFiles(directory);
    }

    /** Weights of the structure encoder. */
    public Path structure() {
        return directory.resolve("structure.safetensors");
    }

    /** Weights of the VAE. */
    public Path vae() {
        return directory.resolve("vae.safetensors");
    }

    /** Weights of the denoiser. */
    public Path diffusion() {
        return directory.resolve("diffusion.safetensors");
    }

    /** Weights of the network that aligns photos; without it they are taken as they are. */
    public Path alignment() {
        return directory.resolve("alignment.safetensors");
    }

    /** Weights of the network that aligns photos at a second look; without it the first one looks again. */
    public Path secondLook() {
        return directory.resolve("second-look.safetensors");
    }

    /** Weights of the network that corrects landmarks; without it they stay as the database gives them. */
    public Path refiner() {
        return directory.resolve("refiner.safetensors");
    }

    /** The structure database that comes with the model. */
    public Path database() {
        return directory.resolve("database");
    }

    /** What out-of-manifold scores say of structures; need not be there. */
    public Path manifold() {
        return directory.resolve("manifold.json");
    }

    /** Names of the files of weights that are not there. */
    public List<String> missingWeights() {
        return List.of(structure(), vae(), diffusion()).stream()
                .filter(f -> !Files.isRegularFile(f))
                .map(f -> f.getFileName().toString())
                .toList();
    }

    /**
     * @throws BadInputException if the folder or a file of weights is not there
     */
    public ModelFiles requireWeights() {
        requireFolder();
        if (!missingWeights().isEmpty()) {
            throw new BadInputException("the model " + directory + " lacks " + String.join(", ", missingWeights())
                    + "; train it with `ragdiff train`, or give another folder with --model");
        }
        return this;
    }

    /**
     * @throws BadInputException if the folder or the structure encoder's weights are not there
     */
    public ModelFiles requireStructure() {
        requireFolder();
        if (!Files.isRegularFile(structure())) {
            throw new BadInputException("the model " + directory + " lacks structure.safetensors;"
                    + " train it with `ragdiff train structure`, or give another folder with --model");
        }
        return this;
    }

    private void requireFolder() {
        if (!Files.isDirectory(directory)) {
            throw new BadInputException("there is no model folder at " + directory
                    + "; give one with --model, or train one with `ragdiff train`");
        }
    }
}
