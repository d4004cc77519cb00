package org.ragdiff.cli.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.TensorInfo;

/** The tensors of one safetensors file of a fixture. Not for use by several threads; to be closed. */
public final class FixtureTensors implements AutoCloseable {
    private final Path path;
    private final SafetensorsFile file;

    FixtureTensors(Path path) throws IOException {
        this.path = path;
        this.file = SafetensorsFile.open(path);
    }

    /** In the order of the data. */
    public Set<String> names() {
        return file.names();
    }

    public boolean has(String name) {
        return file.names().contains(name);
    }

    /** @throws FixtureException if there is no such tensor */
    public TensorInfo info(String name) throws IOException {
        if (!has(name)) {
            throw new FixtureException(path.getFileName() + " has no tensor \"" + name + "\"");
        }
        return file.info(name);
    }

    /** A copy; empty for a scalar. */
    public long[] shape(String name) throws IOException {
        return info(name).shape().clone();
    }

    /** @throws FixtureException if the tensor's rank is another one */
    public long[] shape(String name, int rank) throws IOException {
        long[] shape = shape(name);
        if (shape.length != rank) {
            throw new FixtureException(path.getFileName() + ": tensor \"" + name + "\" has shape "
                    + Arrays.toString(shape) + ", expected " + rank + " dimensions");
        }
        return shape;
    }

    /** All values in 'c' order, exact for every type but 64-bit integers beyond 2⁵³. */
    public double[] values(String name) throws IOException {
        if (info(name).length() == 0) {
            return new double[0];
        }
        try (INDArray a = file.read(name, DataType.DOUBLE)) {
            return a.reshape('c', new long[] {a.length()}).toDoubleVector();
        }
    }

    /** All values in 'c' order, rounded to float32. */
    public float[] floats(String name) throws IOException {
        info(name);
        try (INDArray a = file.readFloat(name)) {
            return FloatMemory.toArray(a);
        }
    }

    /** A new float32 array, [1] for a scalar; the caller's to close. */
    public INDArray array(String name) throws IOException {
        info(name);
        INDArray a = file.readFloat(name);
        return a.rank() == 0 ? a.reshape(1) : a;
    }

    /** A matrix as rows. */
    public double[][] rows(String name) throws IOException {
        long[] shape = shape(name, 2);
        double[] v = values(name);
        int n = (int) shape[1];
        double[][] out = new double[(int) shape[0]][];
        for (int i = 0; i < out.length; i++) {
            out[i] = Arrays.copyOfRange(v, i * n, (i + 1) * n);
        }
        return out;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
