package org.ragdiff.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostAccess;

/**
 * Copies operands to the device before an operation and results back after it, so that the host's arrays always hold
 * the values. Safe, and slow beside {@link ResidentOperands}.
 */
final class CopiedOperands implements Operands {
    private record Place(long device, long bytes) {}

    private final DirectWork work;
    /** By address in host memory. */
    private final Map<Long, Place> places = new LinkedHashMap<>();

    private final Map<Long, Place> written = new LinkedHashMap<>();

    CopiedOperands(DirectWork work) {
        this.work = work;
    }

    static long address(INDArray a) {
        return a.data().pointer().address() + a.offset() * Float.BYTES;
    }

    private Place place(INDArray a) {
        return places.computeIfAbsent(address(a), host -> {
            long bytes = a.length() * Float.BYTES;
            return new Place(work.scratch(bytes), bytes);
        });
    }

    @Override
    public long in(INDArray a) {
        if (a == null) {
            return 0;
        }
        boolean known = places.containsKey(address(a));
        Place p = place(a);
        if (!known) {
            HostAccess.reading(a);
            work.device().gpu().upload(address(a), p.device(), p.bytes());
        }
        return p.device();
    }

    @Override
    public long out(INDArray a) {
        if (a == null) {
            return 0;
        }
        HostAccess.writing(a);
        Place p = place(a);
        written.put(address(a), p);
        return p.device();
    }

    @Override
    public long inOut(INDArray a) {
        long device = in(a);
        out(a);
        return device;
    }

    @Override
    public void commit() {
        Gpu gpu = work.device().gpu();
        written.forEach((host, p) -> gpu.download(p.device(), host, p.bytes()));
        abandon();
    }

    @Override
    public void abandon() {
        places.clear();
        written.clear();
    }

    @Override
    public void close() {
        abandon();
    }
}
