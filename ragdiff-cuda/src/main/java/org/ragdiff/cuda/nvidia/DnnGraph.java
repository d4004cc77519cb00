package org.ragdiff.cuda.nvidia;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnBackendDescriptor_t;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** Descriptors of cuDNN's graph interface, destroyed together. */
final class DnnGraph implements AutoCloseable {
    private final List<cudnnBackendDescriptor_t> all = new ArrayList<>();

    /** A new descriptor, to be filled and finished. */
    Descriptor create(int type, String name) {
        cudnnBackendDescriptor_t d = new cudnnBackendDescriptor_t();
        Calls.cudnn(cudnn.cudnnBackendCreateDescriptor(type, d), "cudnnBackendCreateDescriptor " + name);
        all.add(d);
        return new Descriptor(d, name);
    }

    /** A descriptor with its name for messages. */
    static final class Descriptor {
        private final cudnnBackendDescriptor_t handle;
        private final String name;

        private Descriptor(cudnnBackendDescriptor_t handle, String name) {
            this.handle = handle;
            this.name = name;
        }

        cudnnBackendDescriptor_t handle() {
            return handle;
        }

        private Descriptor set(int attribute, int type, long count, Pointer values) {
            Calls.cudnn(
                    cudnn.cudnnBackendSetAttribute(handle, attribute, type, count, values),
                    "cudnnBackendSetAttribute " + attribute + " of " + name);
            return this;
        }

        Descriptor longs(int attribute, long... values) {
            try (LongPointer p = new LongPointer(values)) {
                return set(attribute, cudnn.CUDNN_TYPE_INT64, values.length, p);
            }
        }

        /** A value of an enumeration. */
        Descriptor value(int attribute, int type, int value) {
            try (IntPointer p = new IntPointer(1).put(value)) {
                return set(attribute, type, 1, p);
            }
        }

        Descriptor number(int attribute, float value) {
            try (FloatPointer p = new FloatPointer(1).put(value)) {
                return set(attribute, cudnn.CUDNN_TYPE_FLOAT, 1, p);
            }
        }

        Descriptor descriptor(int attribute, Descriptor value) {
            return addresses(attribute, cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR, value.handle.address());
        }

        Descriptor library(int attribute, cudnnContext context) {
            return addresses(attribute, cudnn.CUDNN_TYPE_HANDLE, context.address());
        }

        Descriptor addresses(int attribute, int type, long... values) {
            try (LongPointer p = new LongPointer(values)) {
                return set(attribute, type, values.length, p);
            }
        }

        /** Ends the description; false if cuDNN does not support it. */
        boolean tryFinish() {
            return cudnn.cudnnBackendFinalize(handle) == 0;
        }

        Descriptor finish() {
            Calls.cudnn(cudnn.cudnnBackendFinalize(handle), "cudnnBackendFinalize " + name);
            return this;
        }

        long readLong(int attribute) {
            try (LongPointer value = new LongPointer(1)) {
                long[] count = new long[1];
                Calls.cudnn(
                        cudnn.cudnnBackendGetAttribute(handle, attribute, cudnn.CUDNN_TYPE_INT64, 1, count, value),
                        "cudnnBackendGetAttribute " + attribute + " of " + name);
                return value.get();
            }
        }
    }

    /** Configurations of engines for a finished operation graph, best first; unfinished ones are not among them. */
    List<Descriptor> configurations(Descriptor graph, int mode, int most) {
        Descriptor heuristics = create(cudnn.CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR, "heuristics")
                .descriptor(cudnn.CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
                .value(cudnn.CUDNN_ATTR_ENGINEHEUR_MODE, cudnn.CUDNN_TYPE_HEUR_MODE, mode);
        if (!heuristics.tryFinish()) {
            return List.of();
        }
        List<Descriptor> configurations = new ArrayList<>();
        try (LongPointer handles = new LongPointer(most)) {
            for (int i = 0; i < most; i++) {
                Descriptor c = create(cudnn.CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, "engine configuration");
                configurations.add(c);
                handles.put(i, c.handle.address());
            }
            long[] count = new long[1];
            int status = cudnn.cudnnBackendGetAttribute(
                    heuristics.handle,
                    cudnn.CUDNN_ATTR_ENGINEHEUR_RESULTS,
                    cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR,
                    most,
                    count,
                    handles);
            return status == 0 ? configurations.subList(0, (int) Math.min(count[0], most)) : List.of();
        }
    }

    @Override
    public void close() {
        for (int i = all.size() - 1; i >= 0; i--) {
            cudnn.cudnnBackendDestroyDescriptor(all.get(i));
        }
        all.clear();
    }
}
