package org.ragdiff.core.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Named tensors in one safetensors file or in several with an index. Thread-safe until closed. */
public interface TensorSource extends AutoCloseable {
    /**
     * Opens a {@code .safetensors} file or a {@code .safetensors.index.json} of shards.
     *
     * @throws SafetensorsException if it is malformed or a pickled checkpoint
     */
    static TensorSource open(Path path) throws IOException {
        return path.toString().endsWith(".json") ? ShardedSafetensors.open(path) : SafetensorsFile.open(path);
    }

    /** The names, in the order of the data. */
    Set<String> names();

    /** @throws SafetensorsException if there is no such tensor */
    TensorInfo info(String name) throws SafetensorsException;

    /** The {@code __metadata__} strings; empty if there are none. */
    Map<String, String> metadata();

    /**
     * A new array of the tensor's shape, 'c' order, float32; other types are converted.
     *
     * @throws IOException if there is no such tensor, its type is not supported or reading fails
     */
    INDArray readFloat(String name) throws IOException;

    /**
     * A new array of the tensor's shape, 'c' order, converted to {@code type}.
     *
     * @throws IOException if there is no such tensor, its type is not supported or reading fails
     */
    INDArray read(String name, DataType type) throws IOException;

    /**
     * Reads into memory that exists: no copy besides, for float32 files. May be called by several threads, for
     * arrays of their own.
     *
     * @param target float32, dense 'c' order, of the tensor's shape; overwritten
     * @throws IOException if there is no such tensor, its type is not supported or reading fails
     * @throws IllegalArgumentException if the target does not fit
     */
    void readFloat(String name, INDArray target) throws IOException;

    @Override
    void close() throws IOException;
}
