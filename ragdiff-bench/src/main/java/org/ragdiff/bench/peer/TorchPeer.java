package org.ragdiff.bench.peer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;

/**
 * libtorch in this process, through the PyTorch engine of DJL with the native library on the class path.
 * Functions are TorchScript text, which runs inside libtorch: nothing of DJL is between its operations.
 * Inference mode, no fusing executor; threads within an operation as by {@code ragdiff.threads} (by default
 * all processors), one between operations. Thread-safe.
 */
public final class TorchPeer {
    private static final String THREADS = "ragdiff.threads";

    private TorchPeer() {}

    private static final class Holder {
        static final PtNDManager MANAGER;
        static final String VERSION;
        static final Throwable FAILURE;

        static {
            // DJL would otherwise fetch what is missing, and report that it was used.
            System.setProperty("ai.djl.offline", "true");
            System.setProperty("OPT_OUT_TRACKING", "true");
            System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads()));
            System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
            PtNDManager manager = null;
            String version = null;
            Throwable failure = null;
            try {
                Engine engine = Engine.getEngine("PyTorch");
                manager = (PtNDManager) engine.newBaseManager(ai.djl.Device.cpu());
                version = engine.getVersion();
            } catch (RuntimeException | LinkageError e) {
                failure = e;
            }
            MANAGER = manager;
            VERSION = version;
            FAILURE = failure;
        }
    }

    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> {
        JniUtils.setGraphExecutorOptimize(false);
        return true;
    });

    /** Why libtorch does not run here, such as a native library that is not on the class path; empty if it does. */
    public static Optional<String> unavailableReason() {
        return Holder.FAILURE == null ? Optional.empty() : Optional.of("libtorch: " + Holder.FAILURE);
    }

    /** libtorch's version, such as {@code 2.7.1}. */
    public static String version() {
        manager();
        return Holder.VERSION;
    }

    /** Threads within an operation. */
    public static int threads() {
        return Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors());
    }

    /**
     * Compiles TorchScript methods, of which {@code forward} is the entry. The text is the one that archives
     * hold, not Python's: every argument has a type, operators are {@code torch.NAME(...)} with the arguments
     * of ATen's schema ({@code torch.conv2d(x, w, b, [1, 1], [1, 1], [1, 1], 1)}), Tensor methods work, the
     * memory format channels_last is 2, the data types float and bfloat16 are 6 and 15. {@code None} needs
     * a type: {@code annotate(Optional[Tensor], None)}.
     *
     * @param methods {@code def} blocks that are not indented, {@code self} first among the arguments
     * @throws IllegalArgumentException if libtorch refuses it; the message is libtorch's
     */
    public static TorchFunction compile(String methods) {
        PtNDManager manager = manager();
        try {
            Path file = Files.createTempFile("ragdiff-peer", ".pt");
            try {
                TorchScriptArchive.write(file, methods);
                PtSymbolBlock block = JniUtils.loadModule(manager, file, true, new String[0], new String[0], false);
                return new TorchFunction(manager, block);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("libtorch does not compile this: " + e.getMessage(), e);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file for a TorchScript archive", e);
        }
    }

    /**
     * A float32 tensor with a copy of the values, in libtorch's own memory.
     *
     * @param shape its sizes, whose product is the number of values
     */
    public static TorchTensor tensor(float[] values, long... shape) {
        long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (expected != values.length) {
            throw new IllegalArgumentException(
                    values.length + " values for a tensor of shape " + Arrays.toString(shape));
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        try (PtNDArray borrowed = manager().create(bytes, new Shape(shape), DataType.FLOAT32)) {
            return new TorchTensor(JniUtils.clone(borrowed));
        }
    }

    /** A float32 tensor with a copy of an array's values, of the same shape. */
    public static TorchTensor tensor(INDArray array) {
        return tensor(HostArrays.read(array), array.shape());
    }

    static void prepareThread() {
        PREPARED.get();
    }

    private static PtNDManager manager() {
        if (Holder.FAILURE != null) {
            throw new IllegalStateException(
                    unavailableReason().orElseThrow() + "; ask TorchPeer.unavailableReason() before", Holder.FAILURE);
        }
        return Holder.MANAGER;
    }
}
