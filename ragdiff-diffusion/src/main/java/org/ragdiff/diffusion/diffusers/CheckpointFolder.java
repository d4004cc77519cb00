package org.ragdiff.diffusion.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.io.TensorSource;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.provenance.Sha256;

/**
 * One network in a folder: {@code config.json} and weights as {@code NAME.safetensors}, as shards with
 * an index, or in the {@code fp16} variant of either. Stateless, thread-safe.
 */
public final class CheckpointFolder {
    /** Base name of weights that diffusers writes. */
    public static final String DIFFUSERS = "diffusion_pytorch_model";
    /** Base name of weights that transformers writes. */
    public static final String TRANSFORMERS = "model";

    private static final String CONFIG = "config.json";

    private CheckpointFolder() {}

    /** The folder's {@code config.json}. */
    public static StrictConfig config(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder + " is no folder, expected one with " + CONFIG + " and weights");
        }
        return StrictConfig.read(folder.resolve(CONFIG));
    }

    /**
     * The weights' file, or the index of its shards; full precision first.
     *
     * @param base {@link #DIFFUSERS} or {@link #TRANSFORMERS}
     * @throws CheckpointException if there is none
     */
    public static Path weights(Path folder, String base) throws CheckpointException {
        List<String> names = List.of(
                base + ".safetensors",
                base + ".safetensors.index.json",
                base + ".fp16.safetensors",
                base + ".safetensors.index.fp16.json");
        for (String name : names) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        boolean pickled = Files.isRegularFile(folder.resolve(base + ".bin"))
                || Files.isRegularFile(folder.resolve("pytorch_model.bin"));
        throw new CheckpointException(folder + " has no weights under any of the names " + names
                + (pickled
                        ? "; its .bin file is a pickled checkpoint, which can run code when loaded: convert it once in Python,"
                                + " safetensors.torch.save_file(torch.load(BIN, weights_only=True), SAFETENSORS)"
                        : ""));
    }

    /** SHA-256 of configurations and weights of a folder; its name is no part of it. */
    public static String fingerprint(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return Sha256.of(
                    folder,
                    files.filter(f -> f.getFileName()
                                    .toString()
                                    .matches(".*\\.(safetensors|index\\.json)"
                                            + "|config\\.json|preprocessor_config\\.json"))
                            .toList());
        }
    }

    /**
     * Reads the folder's weights into a module, straight into its parameters, converted to float32.
     *
     * @param rename the module's name for a name in the file, or empty for a tensor to be left out
     * @throws CheckpointException listing every missing, unexpected and mis-shaped name; the module is
     *     unchanged then
     */
    public static void load(Path folder, String base, Module module, Function<String, Optional<String>> rename)
            throws IOException {
        Path file = weights(folder, base);
        try (TensorSource source = TensorSource.open(file)) {
            load(source, file, module, rename);
        }
    }

    /** As {@link #load(Path, String, Module, Function)} by diffusers' names; a module that does not fit is closed. */
    public static <M extends Module> M loaded(Path folder, M module, Function<String, Optional<String>> rename)
            throws IOException {
        try {
            load(folder, DIFFUSERS, module, rename);
            return module;
        } catch (IOException | RuntimeException e) {
            module.close();
            throw e;
        }
    }

    /** As {@link #load(Path, String, Module, Function)} from an open file, named {@code file} in errors. */
    public static void load(TensorSource source, Path file, Module module, Function<String, Optional<String>> rename)
            throws IOException {
        ParallelReading.into(module, source, fitting(source, file, module, rename));
    }

    /**
     * Checks the weights' names and shapes as loading does; reads headers alone.
     *
     * @throws CheckpointException listing every missing, unexpected and mis-shaped name
     */
    public static void requireFit(Path folder, String base, Module module, Function<String, Optional<String>> rename)
            throws IOException {
        Path file = weights(folder, base);
        try (TensorSource source = TensorSource.open(file)) {
            requireFit(source, file, module, rename);
        }
    }

    /** As {@link #requireFit(Path, String, Module, Function)} of an open file, named {@code file} in errors. */
    public static void requireFit(
            TensorSource source, Path file, Module module, Function<String, Optional<String>> rename)
            throws IOException {
        fitting(source, file, module, rename);
    }

    /** The names in the file by the module's, if all fit. */
    private static Map<String, String> fitting(
            TensorSource source, Path file, Module module, Function<String, Optional<String>> rename)
            throws IOException {
        Map<String, String> stored = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        List<String> twice = new ArrayList<>();
        for (String name : source.names()) {
            Optional<String> own = rename.apply(name);
            if (own.isPresent()) {
                String before = stored.put(own.get(), name);
                if (before != null) {
                    twice.add(before + " and " + name + " are both " + own.get());
                }
                shapes.put(own.get(), source.info(name).shape());
            }
        }
        if (!twice.isEmpty()) {
            throw new CheckpointException(file + " names tensors twice: " + String.join("; ", twice));
        }
        try {
            module.requireFit(shapes);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        }
        return stored;
    }

    /**
     * Writes a folder that diffusers loads.
     *
     * @param storage F32, F16 or BF16
     * @throws IllegalArgumentException if a finite weight is too large for {@code storage}
     */
    public static void save(Path folder, String base, JsonNode config, Module module, Dtype storage)
            throws IOException {
        Files.createDirectories(folder);
        SafetensorsWriter.write(folder.resolve(base + ".safetensors"), module.state(), storage, Map.of("format", "pt"));
        byte[] text = StrictConfig.toText(config).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(folder.resolve(CONFIG), text);
    }
}
