package org.ragdiff.core.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.HostAccess;

/**
 * Everything a run needs to go on: weights, moments, averages and the number of steps done, in one
 * float32 safetensors file that replaces its predecessor atomically.
 */
final class Checkpoint {
    private static final String WEIGHTS = "weight.";
    private static final String STEP = "ragdiff.step";
    private static final String OPTIONS = "ragdiff.options";

    private Checkpoint() {}

    static void write(
            Path file,
            long stepsDone,
            String options,
            Map<String, INDArray> weights,
            Map<String, INDArray> optimiser,
            Map<String, String> metadata)
            throws IOException {
        Map<String, INDArray> all = new LinkedHashMap<>();
        weights.forEach((n, a) -> all.put(WEIGHTS + n, a));
        all.putAll(optimiser);
        Map<String, String> meta = new LinkedHashMap<>(metadata);
        meta.put(STEP, Long.toString(stepsDone));
        meta.put(OPTIONS, options);
        SafetensorsWriter.write(file, all, Dtype.F32, meta);
    }

    /**
     * @param metadata of the run that is to go on
     * @return steps done
     * @throws TrainingFailedException if it was made with other options, or from other weights
     */
    static long stepsDone(Path file, String options, Map<String, String> metadata) throws IOException {
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            String made = f.metadata().getOrDefault(OPTIONS, "");
            if (!made.equals(options)) {
                throw new TrainingFailedException("checkpoint " + file + " was made with other options (" + made
                        + "), this run has " + options + ". Start a new directory, or use the same options.");
            }
            SortedMap<String, String> before = weights(f.metadata(), file);
            SortedMap<String, String> now = weights(metadata, file);
            if (!before.equals(now)) {
                throw new TrainingFailedException("checkpoint " + file + " was made from other weights (" + before
                        + "), this run has " + now + ". Start a new directory, or give the weights it was made from.");
            }
            return Long.parseLong(f.metadata().get(STEP));
        }
    }

    /** SHA-256 by name of those that a run starts or learns from, as its provenance has them. */
    private static SortedMap<String, String> weights(Map<String, String> metadata, Path file) throws IOException {
        return Provenance.fromMetadata(metadata, file.toString())
                .map(Provenance::weights)
                .orElse(Collections.emptySortedMap());
    }

    /**
     * Copies a checkpoint into live arrays.
     *
     * @throws TrainingFailedException if it is of another network
     */
    static void read(Path file, Map<String, INDArray> weights, Map<String, INDArray> optimiser) throws IOException {
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            Map<String, INDArray> all = new LinkedHashMap<>();
            weights.forEach((n, a) -> all.put(WEIGHTS + n, a));
            all.putAll(optimiser);
            for (Map.Entry<String, INDArray> e : all.entrySet()) {
                if (!f.names().contains(e.getKey())) {
                    throw new TrainingFailedException("checkpoint " + file + " has no array " + e.getKey()
                            + ": it belongs to another network. Start a new directory.");
                }
                try (INDArray stored = f.readFloat(e.getKey())) {
                    HostAccess.writing(e.getValue());
                    e.getValue().assign(stored);
                }
            }
        }
    }

    static boolean exists(Path file) {
        return Files.exists(file);
    }
}
