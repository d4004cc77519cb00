package org.ragdiff.core.tensor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where code that reads or writes tensors in host memory says so, for providers that keep newer values on a device
 * during {@link Kernels#keepOnDevice()}. {@link HostArrays} and the readers and writers of files call it; code that
 * goes to an array's memory in another way has to. Costs nothing while no provider listens. Thread-safe.
 */
public final class HostAccess {
    private static final List<Listener> LISTENERS = new CopyOnWriteArrayList<>();

    private HostAccess() {}

    /** What is told before host memory is touched. Thread-safe. */
    public interface Listener {
        /** The host's memory has to hold the array's values when this returns. */
        void beforeRead(INDArray a);

        /**
         * From now on the host's values count.
         *
         * @param all whether every element is written; otherwise the host's memory has to hold the others' values
         */
        void beforeWrite(INDArray a, boolean all);
    }

    public static void add(Listener listener) {
        LISTENERS.add(listener);
    }

    public static void remove(Listener listener) {
        LISTENERS.remove(listener);
    }

    /** To be called before an array's elements are read on the host. */
    public static void reading(INDArray a) {
        if (!LISTENERS.isEmpty()) {
            LISTENERS.forEach(l -> l.beforeRead(a));
        }
    }

    /** To be called before elements of an array are written on the host. */
    public static void writing(INDArray a) {
        writing(a, false);
    }

    /** As {@link #writing(INDArray)}, if every element may be written. */
    static void writing(INDArray a, boolean all) {
        if (!LISTENERS.isEmpty()) {
            LISTENERS.forEach(l -> l.beforeWrite(a, all));
        }
    }
}
