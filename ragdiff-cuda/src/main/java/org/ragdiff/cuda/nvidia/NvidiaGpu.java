package org.ragdiff.cuda.nvidia;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.ragdiff.cuda.Arguments;
import org.ragdiff.cuda.ConvolutionSpec;
import org.ragdiff.cuda.CudaException;
import org.ragdiff.cuda.Gpu;
import org.ragdiff.cuda.GpuInfo;
import org.ragdiff.cuda.ProductSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device of the CUDA driver, in its primary context, with one stream. */
public final class NvidiaGpu implements Gpu {
    /** Number of the device, from 0. */
    public static final String DEVICE = "ragdiff.cuda.device";
    /** {@code false} computes convolutions by matrix products instead of cuDNN. */
    public static final String CUDNN = "ragdiff.cuda.cudnn";

    private static final Logger LOG = LoggerFactory.getLogger(NvidiaGpu.class);
    private static final int CAPTURE_THIS_THREAD = 1;
    private static final int NON_BLOCKING = 1;

    private final int device;
    private final GpuInfo info;
    private final CUctx_st context = new CUctx_st();
    private final CUstream_st stream = new CUstream_st();
    private final Map<Long, CUmod_st> modules = new HashMap<>();
    private final Map<Long, CUfunc_st> functions = new HashMap<>();
    private final Map<Long, CUgraphExec_st> graphs = new HashMap<>();
    private final Set<Long> blocks = new HashSet<>();
    private final LtProducts products;
    private final DnnConvolutions convolutions;
    private boolean closed;

    private NvidiaGpu(int device, GpuInfo info) {
        this.device = device;
        this.info = info;
        Calls.driver(cudart.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
        enter();
        Calls.driver(cudart.cuStreamCreate(stream, NON_BLOCKING), "cuStreamCreate");
        this.products = new LtProducts(stream, allocate(LtProducts.WORKSPACE));
        this.convolutions = convolutions();
    }

    private DnnConvolutions convolutions() {
        if ("false".equalsIgnoreCase(System.getProperty(CUDNN, "true").trim())) {
            return null;
        }
        try {
            return new DnnConvolutions(stream);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("cuDNN 9 is not at hand ({}); convolutions run as matrix products, which is slower", e.toString());
            return null;
        }
    }

    /** Why this machine cannot compute on a GPU, in words for a user; empty if it can. Found out once. */
    public static Optional<String> unavailableReason() {
        return Reason.FOUND;
    }

    /** Classes that failed to load once fail with less to say the second time. */
    private static final class Reason {
        static final Optional<String> FOUND = findReason();
    }

    private static Optional<String> findReason() {
        Optional<String> none = NvidiaLibraries.noDriver(java.nio.file.Path.of("/"));
        if (none.isPresent()) {
            return none;
        }
        try {
            NvidiaLibraries.load();
            GpuInfo found = describe(chosen());
            if (found.capability() < GpuInfo.OLDEST) {
                return Optional.of(found.name() + " has compute capability " + found.capability() / 10 + "."
                        + found.capability() % 10 + ", needed is " + GpuInfo.OLDEST / 10 + ".0 (Ampere) or newer");
            }
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(e.getMessage());
        } catch (LinkageError e) {
            return Optional.of("NVIDIA's libraries do not load (" + e.getMessage()
                    + "); install CUDA 13's cudart, cuBLAS and NVRTC, or name their folder with -D"
                    + NvidiaLibraries.FOLDERS);
        }
    }

    /** The device that the property names, opened; after {@link #unavailableReason} was empty. */
    public static NvidiaGpu open() {
        NvidiaLibraries.load();
        int device = chosen();
        return new NvidiaGpu(device, describe(device));
    }

    /** The device that the property names; after {@link #unavailableReason} was empty. */
    public static GpuInfo describe() {
        return describe(chosen());
    }

    private static int chosen() {
        Calls.driver(cudart.cuInit(0), "cuInit");
        int[] count = new int[1];
        Calls.driver(cudart.cuDeviceGetCount(count), "cuDeviceGetCount");
        String asked = System.getProperty(DEVICE, "0").trim();
        if (!asked.matches("\\d{1,3}") || Integer.parseInt(asked) >= count[0]) {
            throw new CudaException("-D" + DEVICE + "=" + asked + ", but there are " + count[0] + " devices, from 0");
        }
        int[] handle = new int[1];
        Calls.driver(cudart.cuDeviceGet(handle, Integer.parseInt(asked)), "cuDeviceGet");
        return handle[0];
    }

    private static int attribute(int device, int attribute) {
        int[] value = new int[1];
        Calls.driver(cudart.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
        return value[0];
    }

    private static GpuInfo describe(int device) {
        byte[] name = new byte[256];
        Calls.driver(cudart.cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        int[] driver = new int[1];
        Calls.driver(cudart.cuDriverGetVersion(driver), "cuDriverGetVersion");
        int capability = 10 * attribute(device, cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(device, cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        try (SizeTPointer bytes = new SizeTPointer(1)) {
            Calls.driver(cudart.cuDeviceTotalMem(bytes, device), "cuDeviceTotalMem");
            return new GpuInfo(
                    new String(name, 0, length, java.nio.charset.StandardCharsets.UTF_8),
                    capability,
                    attribute(device, cudart.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                    bytes.get(),
                    "driver for CUDA " + driver[0] / 1000 + "." + driver[0] % 1000 / 10 + ", " + Compiler.version()
                            + ", cuBLASLt " + cublas.cublasLtGetVersion() + ", cuDNN " + cudnnVersion());
        }
    }

    private static String cudnnVersion() {
        try {
            return Long.toString(cudnn.cudnnGetVersion());
        } catch (LinkageError e) {
            return "absent";
        }
    }

    @Override
    public GpuInfo info() {
        return info;
    }

    @Override
    public void enter() {
        Calls.driver(cudart.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    @Override
    public long allocate(long bytes) {
        long[] address = new long[1];
        int result = cudart.cuMemAlloc(address, bytes);
        if (result != 0) {
            throw new CudaException("cuMemAlloc of " + bytes + " bytes on " + info.name() + ": "
                    + Calls.driverError(result) + memoryLeft());
        }
        blocks.add(address[0]);
        return address[0];
    }

    private static String memoryLeft() {
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            return cudart.cuMemGetInfo(free, total) == 0
                    ? "; " + free.get() + " of " + total.get() + " bytes are free"
                    : "";
        }
    }

    @Override
    public void free(long address) {
        if (!blocks.remove(address)) {
            throw new CudaException("cuMemFree: " + Long.toHexString(address) + " was not allocated here");
        }
        // Work that was submitted may still use it.
        synchronize();
        Calls.driver(cudart.cuMemFree(address), "cuMemFree");
    }

    @Override
    public void upload(long host, long to, long bytes) {
        Calls.driver(cudart.cuMemcpyHtoDAsync(to, new Calls.Address(host), bytes, stream), "cuMemcpyHtoDAsync");
    }

    @Override
    public void download(long from, long host, long bytes) {
        Calls.driver(cudart.cuMemcpyDtoHAsync(new Calls.Address(host), from, bytes, stream), "cuMemcpyDtoHAsync");
        synchronize();
    }

    @Override
    public void copy(long from, long to, long bytes) {
        Calls.driver(cudart.cuMemcpyDtoDAsync(to, from, bytes, stream), "cuMemcpyDtoDAsync");
    }

    @Override
    public void clear(long at, long bytes) {
        Calls.driver(cudart.cuMemsetD8Async(at, (byte) 0, bytes, stream), "cuMemsetD8Async");
    }

    @Override
    public void synchronize() {
        Calls.driver(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
    }

    @Override
    public byte[] compile(String source, List<String> options) {
        return Compiler.compile(source, options, info.capability());
    }

    @Override
    public String compilerVersion() {
        return Compiler.version();
    }

    @Override
    public long loadModule(byte[] machineCode) {
        CUmod_st module = new CUmod_st();
        // PTX is text and has to end in zero.
        byte[] ended = java.util.Arrays.copyOf(machineCode, machineCode.length + 1);
        try (BytePointer image = new BytePointer(ended)) {
            Calls.driver(cudart.cuModuleLoadData(module, image), "cuModuleLoadData");
        }
        modules.put(module.address(), module);
        return module.address();
    }

    @Override
    public long function(long module, String name) {
        CUfunc_st function = new CUfunc_st();
        Calls.driver(cudart.cuModuleGetFunction(function, modules.get(module), name), "cuModuleGetFunction " + name);
        functions.put(function.address(), function);
        return function.address();
    }

    @Override
    public void launch(String name, long function, Grid grid, int threads, int sharedBytes, Arguments arguments) {
        PointerPointer<Pointer> none = null;
        Calls.driver(
                cudart.cuLaunchKernel(
                        functions.get(function),
                        grid.x(),
                        grid.y(),
                        grid.z(),
                        threads,
                        1,
                        1,
                        sharedBytes,
                        stream,
                        arguments.parameters(),
                        none),
                "cuLaunchKernel " + name);
    }

    @Override
    public void beginCapture() {
        Calls.driver(cudart.cuStreamBeginCapture(stream, CAPTURE_THIS_THREAD), "cuStreamBeginCapture");
    }

    @Override
    public long endCapture() {
        CUgraph_st graph = new CUgraph_st();
        Calls.driver(cudart.cuStreamEndCapture(stream, graph), "cuStreamEndCapture");
        try {
            CUgraphExec_st ready = new CUgraphExec_st();
            Calls.driver(cudart.cuGraphInstantiate(ready, graph, 0), "cuGraphInstantiate");
            graphs.put(ready.address(), ready);
            return ready.address();
        } finally {
            cudart.cuGraphDestroy(graph);
        }
    }

    @Override
    public void launchGraph(long graph) {
        Calls.driver(cudart.cuGraphLaunch(graphs.get(graph), stream), "cuGraphLaunch");
    }

    @Override
    public void freeGraph(long graph) {
        Calls.driver(cudart.cuGraphExecDestroy(graphs.remove(graph)), "cuGraphExecDestroy");
    }

    @Override
    public Optional<Product> product(ProductSpec spec) {
        return products.of(spec);
    }

    @Override
    public Optional<DeviceConvolution> convolution(ConvolutionSpec spec) {
        return convolutions == null ? Optional.empty() : convolutions.of(spec);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        cudart.cuStreamSynchronize(stream);
        graphs.values().forEach(cudart::cuGraphExecDestroy);
        products.close();
        if (convolutions != null) {
            convolutions.close();
        }
        blocks.forEach(cudart::cuMemFree);
        modules.values().forEach(cudart::cuModuleUnload);
        cudart.cuStreamDestroy(stream);
        cudart.cuDevicePrimaryCtxRelease(device);
    }
}
