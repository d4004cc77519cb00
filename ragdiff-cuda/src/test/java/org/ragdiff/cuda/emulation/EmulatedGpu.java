package org.ragdiff.cuda.emulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.ragdiff.cuda.Arguments;
import org.ragdiff.cuda.ConvolutionSpec;
import org.ragdiff.cuda.CudaException;
import org.ragdiff.cuda.Gpu;
import org.ragdiff.cuda.GpuInfo;
import org.ragdiff.cuda.ProductSpec;

/**
 * Runs our kernels on the processor, in memory that begins as not-a-number and is checked: addresses have to lie in
 * live blocks, nothing may be written beyond a block's end, nothing freed twice, nothing left, nothing allocated,
 * copied to the host or waited for while work is recorded. Calls can be made to fail. Records how often each was made.
 */
public final class EmulatedGpu implements Gpu {
    private static final int GUARD = 256;
    private static final byte PATTERN = (byte) 0xa5;

    private static final class Block {
        final BytePointer memory;
        final long start;
        final long bytes;

        Block(long bytes) {
            this.bytes = bytes;
            this.memory = new BytePointer(bytes + 2 * GUARD + 256);
            memory.retainReference();
            long at = memory.address() + GUARD;
            this.start = (at + 255) / 256 * 256;
            Pointer.memset(memory, 0xff, bytes + 2 * GUARD + 256);
            fill(guard(), GUARD);
        }

        private long guard() {
            return start + bytes;
        }

        private static void fill(long at, long bytes) {
            Pointer.memset(new Address(at), PATTERN & 255, bytes);
        }

        void check(String after) {
            BytePointer guard = new BytePointer(new Address(guard())).capacity(GUARD);
            for (int i = 0; i < GUARD; i++) {
                if (guard.get(i) != PATTERN) {
                    throw new CudaException(after + " wrote " + (i + 1) + " bytes beyond a block of " + bytes);
                }
            }
        }
    }

    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }

    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private final Map<Long, List<Runnable>> graphs = new HashMap<>();
    private final boolean library;
    private List<Runnable> recording;
    private String failing;
    private int failingIn;
    private long peak;
    private long handles;
    private boolean closed;

    /** @param library whether convolutions and fused biases are offered, as by cuDNN and cuBLASLt */
    public EmulatedGpu(boolean library) {
        HostCompiler.load();
        this.library = library;
    }

    /** The n-th next call of this name fails, n from 1. */
    public void failAt(String call, int n) {
        failing = call;
        failingIn = n;
    }

    public int calls(String call) {
        return calls.getOrDefault(call, 0);
    }

    public int liveBlocks() {
        return blocks.size();
    }

    public long liveBytes() {
        return blocks.values().stream().mapToLong(b -> b.bytes).sum();
    }

    public long peakBytes() {
        return peak;
    }

    private void called(String call) {
        if (closed) {
            throw new CudaException(call + " after close");
        }
        calls.merge(call, 1, Integer::sum);
        if (call.equals(failing) && --failingIn == 0) {
            failing = null;
            throw new CudaException(call + ": made to fail");
        }
    }

    private void notWhileRecording(String call) {
        if (recording != null) {
            throw new CudaException(call + " is not allowed while a graph is recorded");
        }
    }

    private void submit(String what, Runnable work) {
        Runnable checked = () -> {
            work.run();
            blocks.values().forEach(b -> b.check(what));
        };
        if (recording == null) {
            checked.run();
        } else {
            recording.add(checked);
        }
    }

    private void requireLive(String what, long address, long bytes) {
        Map.Entry<Long, Block> e = blocks.floorEntry(address);
        if (e == null || address + bytes > e.getKey() + e.getValue().bytes) {
            throw new CudaException(what + ": " + bytes + " bytes at " + Long.toHexString(address)
                    + " do not lie in device memory that is allocated");
        }
    }

    @Override
    public GpuInfo info() {
        return new GpuInfo("emulated", 90, 3, 1L << 34, "emulation");
    }

    @Override
    public void enter() {
        called("enter");
    }

    @Override
    public long allocate(long bytes) {
        called("allocate");
        notWhileRecording("allocate");
        if (bytes <= 0) {
            throw new CudaException("allocate: " + bytes + " bytes");
        }
        Block b = new Block(bytes);
        blocks.put(b.start, b);
        peak = Math.max(peak, liveBytes());
        return b.start;
    }

    @Override
    public void free(long address) {
        called("free");
        notWhileRecording("free");
        Block b = blocks.remove(address);
        if (b == null) {
            throw new CudaException("free: " + Long.toHexString(address) + " is not the start of a live block");
        }
        b.check("something");
        b.memory.close();
    }

    @Override
    public void upload(long host, long device, long bytes) {
        called("upload");
        notWhileRecording("upload");
        requireLive("upload", device, bytes);
        Pointer.memcpy(new Address(device), new Address(host), bytes);
    }

    @Override
    public void download(long device, long host, long bytes) {
        called("download");
        notWhileRecording("download");
        requireLive("download", device, bytes);
        Pointer.memcpy(new Address(host), new Address(device), bytes);
    }

    @Override
    public void copy(long from, long to, long bytes) {
        called("copy");
        requireLive("copy", from, bytes);
        requireLive("copy", to, bytes);
        submit("copy", () -> Pointer.memcpy(new Address(to), new Address(from), bytes));
    }

    @Override
    public void clear(long device, long bytes) {
        called("clear");
        requireLive("clear", device, bytes);
        submit("clear", () -> Pointer.memset(new Address(device), 0, bytes));
    }

    @Override
    public void synchronize() {
        called("synchronize");
        notWhileRecording("synchronize");
    }

    @Override
    public byte[] compile(String source, List<String> options) {
        called("compile");
        return ("compiled " + source.length()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String compilerVersion() {
        return "emulation";
    }

    @Override
    public long loadModule(byte[] machineCode) {
        called("loadModule");
        return 1;
    }

    @Override
    public long function(long module, String name) {
        called("function");
        long found = Native.kernel(name);
        if (found == 0) {
            throw new CudaException("no kernel is called " + name);
        }
        return found;
    }

    @Override
    public void launch(String name, long function, Grid grid, int threads, int sharedBytes, Arguments arguments) {
        called("launch");
        calls.merge(name, 1, Integer::sum);
        if (grid.x() < 1 || grid.y() < 1 || grid.z() < 1 || grid.y() > 65535 || grid.z() > 65535) {
            throw new CudaException(name + ": grid " + grid);
        }
        if (threads < 32 || threads % 32 != 0 || threads > 1024 || sharedBytes > 48 << 10) {
            throw new CudaException(name + ": " + threads + " threads, " + sharedBytes + " bytes shared");
        }
        for (long pointer : arguments.pointers()) {
            requireLive(name, pointer, 1);
        }
        submit(name, () -> {
            for (long pointer : arguments.pointers()) {
                requireLive(name, pointer, 1);
            }
            if (!Native.launch(function, grid.x(), grid.y(), grid.z(), threads, sharedBytes, arguments.address())) {
                throw new CudaException(name + ": threads wait for each other for ever");
            }
        });
    }

    @Override
    public void beginCapture() {
        called("beginCapture");
        notWhileRecording("beginCapture");
        recording = new ArrayList<>();
    }

    @Override
    public long endCapture() {
        List<Runnable> recorded = recording;
        // Recording ends also if it fails.
        recording = null;
        called("endCapture");
        graphs.put(++handles, recorded);
        return handles;
    }

    @Override
    public void launchGraph(long graph) {
        called("launchGraph");
        graphs.get(graph).forEach(Runnable::run);
    }

    @Override
    public void freeGraph(long graph) {
        called("freeGraph");
        if (graphs.remove(graph) == null) {
            throw new CudaException("freeGraph: no such graph");
        }
    }

    @Override
    public Optional<Product> product(ProductSpec s) {
        called("product");
        notWhileRecording("product");
        if (s.bias() && !library) {
            return Optional.empty();
        }
        long inBytes = s.in().bytes();
        long outBytes = s.out().bytes();
        long rowsA = s.transposeA() ? s.k() : s.m();
        long rowsB = s.transposeB() ? s.n() : s.k();
        long[] shape = {s.batch(), s.m(), s.n(), s.k(), s.lda(), s.ldb(), s.ldc(), s.strideA(), s.strideB(), s.strideC()
        };
        return Optional.of((a, b, bias, c, d, alpha, beta) -> {
            called("Product.run");
            long columnsA = s.transposeA() ? s.m() : s.k();
            long columnsB = s.transposeB() ? s.k() : s.n();
            requireLive("product", a, ((s.batch() - 1) * s.strideA() + (rowsA - 1) * s.lda() + columnsA) * inBytes);
            requireLive("product", b, ((s.batch() - 1) * s.strideB() + (rowsB - 1) * s.ldb() + columnsB) * inBytes);
            requireLive("product", d, ((s.batch() - 1) * s.strideC() + (s.m() - 1) * s.ldc() + s.n()) * outBytes);
            if (s.bias() != (bias != 0)) {
                throw new CudaException("product: bias given, but not expected, or the other way round");
            }
            if (bias != 0) {
                requireLive("product", bias, s.n() * outBytes);
            }
            submit(
                    "product",
                    () -> Native.product(
                            shape,
                            new long[] {a, b, bias, c, d},
                            s.in().ordinal(),
                            s.out().ordinal(),
                            s.transposeA(),
                            s.transposeB(),
                            alpha,
                            beta));
        });
    }

    @Override
    public Optional<DeviceConvolution> convolution(ConvolutionSpec s) {
        called("convolution");
        notWhileRecording("convolution");
        if (!library) {
            return Optional.empty();
        }
        long[] shape = {
            s.n(),
            s.height(),
            s.width(),
            s.in(),
            s.out(),
            s.kernelHeight(),
            s.kernelWidth(),
            s.geometry().stride(),
            s.geometry().top(),
            s.geometry().left(),
            s.outHeight(),
            s.outWidth()
        };
        return Optional.of(new DeviceConvolution() {
            @Override
            public long workspaceBytes() {
                return 512;
            }

            @Override
            public void run(long x, long w, long y, long workspace) {
                called("DeviceConvolution.run");
                int bytes = s.format().bytes();
                requireLive("convolution", x, s.n() * s.height() * s.width() * s.in() * bytes);
                requireLive("convolution", w, s.out() * s.kernelHeight() * s.kernelWidth() * s.in() * bytes);
                requireLive("convolution", y, s.n() * s.outHeight() * s.outWidth() * s.out() * bytes);
                requireLive("convolution", workspace, workspaceBytes());
                submit(
                        "convolution",
                        () -> Native.convolution(
                                s.kind().ordinal(), shape, x, w, y, s.format().ordinal()));
            }
        });
    }

    /** @throws AssertionError if memory or graphs are left */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!blocks.isEmpty() || !graphs.isEmpty()) {
            throw new AssertionError(
                    blocks.size() + " blocks of device memory and " + graphs.size() + " graphs were not freed");
        }
    }
}
