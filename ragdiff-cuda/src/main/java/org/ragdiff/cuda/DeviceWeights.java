package org.ragdiff.cuda;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.HostAccess;

/** Constants of plans on the device, each form of each kept once for all plans that use it. Under the device's lock. */
final class DeviceWeights implements AutoCloseable {
    /** How a constant lies there. */
    enum Form {
        /** As on the host, float32. */
        PLAIN,
        /** As on the host, in the plan's format. */
        NARROW,
        /** [Co, Ci, kh, kw] as [Co, kh, kw, Ci] in the plan's format. */
        TAPS
    }

    /** Identifies a constant's form. */
    private record Key(long offset, long length, Form form, Format format) {}

    /** A constant on the device. */
    static final class Kept {
        private final DataBuffer source;
        private final Key key;
        private final long address;
        private final long bytes;
        private int users;

        private Kept(DataBuffer source, Key key, long address, long bytes) {
            this.source = source;
            this.key = key;
            this.address = address;
            this.bytes = bytes;
        }

        long address() {
            return address;
        }

        long bytes() {
            return bytes;
        }
    }

    private final Device device;
    private final Map<DataBuffer, Map<Key, Kept>> all = new IdentityHashMap<>();

    DeviceWeights(Device device) {
        this.device = device;
    }

    /** A constant operand in a form, copied now unless it is there; given back by {@link #release}. */
    Kept acquire(Operand o, Form form, Format format) {
        INDArray constant = o.storage().constant();
        Format kept = form == Form.PLAIN ? Format.F32 : format;
        Form way = form == Form.NARROW && kept == Format.F32 ? Form.PLAIN : form;
        DataBuffer source = constant.data();
        Key key = new Key(o.offset(), o.length(), way, kept);
        Kept found = all.computeIfAbsent(source, s -> new HashMap<>()).get(key);
        if (found == null) {
            HostAccess.reading(constant);
            if (constant.wasClosed()) {
                throw new IllegalStateException("weights were released by an earlier plan; compile all plans of a "
                        + "network before its weights are released, or keep them");
            }
            found = make(source, key, o);
            all.get(source).put(key, found);
        }
        found.users++;
        return found;
    }

    private Kept make(DataBuffer source, Key key, Operand o) {
        Gpu gpu = device.gpu();
        long bytes = o.length() * key.format().bytes();
        long address = gpu.allocate(bytes);
        try {
            long host = source.pointer().address() + o.offset() * Float.BYTES;
            if (key.form() == Form.PLAIN) {
                gpu.upload(host, address, bytes);
            } else {
                convert(key, o, host, address);
            }
            return new Kept(source, key, address, bytes);
        } catch (RuntimeException e) {
            gpu.free(address);
            throw e;
        }
    }

    private void convert(Key key, Operand o, long host, long to) {
        Gpu gpu = device.gpu();
        long plain = gpu.allocate(o.length() * Float.BYTES);
        try (DirectWork work = new DirectWork(device)) {
            gpu.upload(host, plain, o.length() * Float.BYTES);
            if (key.form() == Form.TAPS) {
                Convolutions.packWeights(work, key.format(), o.size(0), o.size(1), o.size(2) * o.size(3), plain, to);
            } else {
                Pointwise.narrow(work, key.format(), plain, to, o.length());
            }
        } finally {
            gpu.free(plain);
        }
    }

    void release(Kept k) {
        if (--k.users == 0) {
            Map<Key, Kept> forms = all.get(k.source);
            forms.remove(k.key);
            if (forms.isEmpty()) {
                all.remove(k.source);
            }
            device.gpu().free(k.address);
        }
    }

    @Override
    public void close() {
        all.values().forEach(forms -> forms.values().forEach(k -> device.gpu().free(k.address)));
        all.clear();
    }
}
