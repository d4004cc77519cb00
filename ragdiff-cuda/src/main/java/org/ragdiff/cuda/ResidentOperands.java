package org.ragdiff.cuda;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostAccess;

/**
 * Keeps a copy on the device of every buffer that operations touch, and brings values to the other side only when
 * they are needed there: before an operation what the host has written, before the host reads what operations have
 * written. The host tells of its accesses by {@link HostAccess}. Copies of buffers that are gone are freed from time
 * to time, all others when this is closed. Under the device's lock, except for the listener's methods, which take it.
 */
final class ResidentOperands implements Operands, HostAccess.Listener {
    private static final int SWEEP_EVERY = 256;

    /** A buffer's copy. At least one side holds its values. */
    private static final class Mirror {
        final WeakReference<DataBuffer> buffer;
        final long host;
        final long bytes;
        final long device;
        boolean hostValid = true;
        boolean deviceValid;

        Mirror(DataBuffer buffer, long host, long bytes, long device) {
            this.buffer = new WeakReference<>(buffer);
            this.host = host;
            this.bytes = bytes;
            this.device = device;
        }

        boolean isAlive() {
            DataBuffer b = buffer.get();
            return b != null
                    && !b.wasClosed()
                    && b.pointer() != null
                    && b.pointer().address() == host;
        }
    }

    private final Device device;
    /** By the address of the buffer's first byte. */
    private final Map<Long, Mirror> mirrors = new HashMap<>();

    private final Set<Mirror> written = new LinkedHashSet<>();
    private int untilSweep = SWEEP_EVERY;

    ResidentOperands(Device device) {
        this.device = device;
        HostAccess.add(this);
    }

    private static DataBuffer buffer(INDArray a) {
        DataBuffer original = a.data().originalDataBuffer();
        return original == null ? a.data() : original;
    }

    /** The live copy of an array's buffer, or null. */
    private Mirror find(INDArray a) {
        long host = a.data().pointer().address();
        Mirror m = mirrors.get(host);
        if (m != null && !m.isAlive()) {
            mirrors.remove(host);
            device.gpu().free(m.device);
            return null;
        }
        return m;
    }

    private Mirror mirror(INDArray a) {
        Mirror m = find(a);
        long bytes = Math.max(buffer(a).length(), a.offset() + a.length()) * Float.BYTES;
        if (m != null && m.bytes < bytes) {
            // Seen before through a view that does not reach as far.
            toHost(m);
            mirrors.remove(m.host);
            device.gpu().free(m.device);
            m = null;
        }
        if (m == null) {
            if (--untilSweep == 0) {
                sweep();
            }
            long host = a.data().pointer().address();
            m = new Mirror(buffer(a), host, bytes, device.gpu().allocate(bytes));
            mirrors.put(host, m);
        }
        return m;
    }

    private void sweep() {
        List<Mirror> gone = mirrors.values().stream().filter(m -> !m.isAlive()).toList();
        gone.forEach(m -> {
            mirrors.remove(m.host);
            device.gpu().free(m.device);
        });
        untilSweep = Math.max(SWEEP_EVERY, mirrors.size());
    }

    private void toHost(Mirror m) {
        if (!m.hostValid) {
            device.gpu().download(m.device, m.host, m.bytes);
            m.hostValid = true;
        }
    }

    private void toDevice(Mirror m) {
        if (!m.deviceValid) {
            device.gpu().upload(m.host, m.device, m.bytes);
            m.deviceValid = true;
        }
    }

    @Override
    public long in(INDArray a) {
        if (a == null) {
            return 0;
        }
        Mirror m = mirror(a);
        toDevice(m);
        return m.device + a.offset() * Float.BYTES;
    }

    @Override
    public long out(INDArray a) {
        if (a == null) {
            return 0;
        }
        Mirror m = mirror(a);
        if (a.length() * Float.BYTES < m.bytes) {
            // The rest of the buffer keeps its values.
            toDevice(m);
        }
        written.add(m);
        return m.device + a.offset() * Float.BYTES;
    }

    @Override
    public long inOut(INDArray a) {
        long at = in(a);
        out(a);
        return at;
    }

    @Override
    public void commit() {
        for (Mirror m : written) {
            m.deviceValid = true;
            m.hostValid = false;
        }
        written.clear();
    }

    @Override
    public void abandon() {
        written.clear();
    }

    @Override
    public void beforeRead(INDArray a) {
        device.exclusively(() -> {
            Mirror m = find(a);
            if (m != null) {
                toHost(m);
            }
        });
    }

    @Override
    public void beforeWrite(INDArray a, boolean all) {
        device.exclusively(() -> {
            Mirror m = find(a);
            if (m != null) {
                if (!all || a.length() * Float.BYTES < m.bytes) {
                    toHost(m);
                }
                m.hostValid = true;
                m.deviceValid = false;
            }
        });
    }

    /** Brings all values back and frees the copies. */
    @Override
    public void close() {
        HostAccess.remove(this);
        List<Mirror> all = new ArrayList<>(mirrors.values());
        mirrors.clear();
        for (Mirror m : all) {
            if (m.isAlive()) {
                toHost(m);
            }
            device.gpu().free(m.device);
        }
    }
}
