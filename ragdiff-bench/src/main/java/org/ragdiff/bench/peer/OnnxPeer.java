package org.ragdiff.bench.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A graph in ONNX Runtime on the processor, with all its optimisations, inputs that stay the same and a result
 * in memory that is kept. Not for several threads at once; the caller closes it.
 */
public final class OnnxPeer implements AutoCloseable {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

    /**
     * Opens a session.
     *
     * @param threads within an operation
     * @throws IllegalArgumentException if ONNX Runtime refuses the graph
     */
    public OnnxPeer(OnnxGraph graph, int threads) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = OrtEnvironment.getEnvironment().createSession(graph.toBytes(), options);
        } catch (OrtException e) {
            throw new IllegalArgumentException("ONNX Runtime refuses the graph: " + e.getMessage(), e);
        }
    }

    /** Why ONNX Runtime does not run here; empty if it does. */
    public static Optional<String> unavailableReason() {
        try {
            OrtEnvironment.getEnvironment();
            return Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("ONNX Runtime: " + e);
        }
    }

    /** Its version, such as {@code 1.22.0}. */
    public static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /** Sets an input of the graph, copied. */
    public void input(String name, float[] values, long... shape) {
        inputs.put(name, tensor(values, shape));
    }

    /** Makes memory for the result. */
    public void output(String name, long... shape) {
        long n = 1;
        for (long s : shape) {
            n = Math.multiplyExact(n, s);
        }
        outputs.put(name, tensor(new float[Math.toIntExact(n)], shape));
    }

    private static OnnxTensor tensor(float[] values, long... shape) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        buffer.put(values).rewind();
        try {
            return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape);
        } catch (OrtException e) {
            throw new IllegalArgumentException("ONNX Runtime refuses a tensor: " + e.getMessage(), e);
        }
    }

    /** Computes once. */
    public void run() {
        try {
            session.run(inputs, outputs).close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    /** The values of the result of the last run. */
    public float[] read(String name) {
        FloatBuffer values = outputs.get(name).getFloatBuffer();
        float[] out = new float[values.remaining()];
        values.get(out);
        return out;
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
        }
    }
}
