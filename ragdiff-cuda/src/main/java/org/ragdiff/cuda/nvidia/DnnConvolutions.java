package org.ragdiff.cuda.nvidia;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.cuda.ConvolutionSpec;
import org.ragdiff.cuda.CudaException;
import org.ragdiff.cuda.Format;
import org.ragdiff.cuda.Gpu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Convolutions and their gradients by cuDNN 9's graph interface, channels last. The first plan of its heuristics that
 * it can build within {@link #WORKSPACE} is taken. Exact float32 is refused: cuDNN would take TF32 for it.
 */
final class DnnConvolutions implements AutoCloseable {
    static final long WORKSPACE = 1L << 30;

    private static final Logger LOG = LoggerFactory.getLogger(DnnConvolutions.class);
    private static final int CONFIGURATIONS = 12;
    private static final long X = 1;
    private static final long W = 2;
    private static final long Y = 3;

    private final cudnnContext handle = new cudnnContext();
    private final List<DnnConvolution> made = new ArrayList<>();

    DnnConvolutions(CUstream_st stream) {
        Calls.cudnn(cudnn.cudnnCreate(handle), "cudnnCreate");
        Calls.cudnn(cudnn.cudnnSetStream(handle, stream), "cudnnSetStream");
    }

    Optional<Gpu.DeviceConvolution> of(ConvolutionSpec s) {
        if (s.format() == Format.F32 && !s.tensorFloats()) {
            return Optional.empty();
        }
        DnnGraph graph = new DnnGraph();
        try {
            DnnGraph.Descriptor operations = operationGraph(graph, s);
            for (int mode : new int[] {cudnn.CUDNN_HEUR_MODE_A, cudnn.CUDNN_HEUR_MODE_FALLBACK}) {
                for (DnnGraph.Descriptor c : graph.configurations(operations, mode, CONFIGURATIONS)) {
                    DnnGraph.Descriptor plan = graph.create(
                                    cudnn.CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, "execution plan")
                            .library(cudnn.CUDNN_ATTR_EXECUTION_PLAN_HANDLE, handle)
                            .descriptor(cudnn.CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, c);
                    if (plan.tryFinish()) {
                        long bytes = plan.readLong(cudnn.CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
                        if (bytes <= WORKSPACE) {
                            DnnConvolution convolution = new DnnConvolution(graph, plan, bytes);
                            made.add(convolution);
                            return Optional.of(convolution);
                        }
                    }
                }
            }
            LOG.debug("cuDNN has no plan for {}", s);
        } catch (CudaException e) {
            LOG.debug("cuDNN refuses {}", s, e);
        }
        graph.close();
        return Optional.empty();
    }

    private static int type(Format f) {
        return switch (f) {
            case F32 -> cudnn.CUDNN_DATA_FLOAT;
            case BF16 -> cudnn.CUDNN_DATA_BFLOAT16;
            case F16 -> cudnn.CUDNN_DATA_HALF;
        };
    }

    /** Sizes in cuDNN's order (batch, channels, height, width), channels last in memory. */
    private static DnnGraph.Descriptor tensor(DnnGraph g, Format f, long id, long n, long c, long h, long w) {
        return g.create(cudnn.CUDNN_BACKEND_TENSOR_DESCRIPTOR, "tensor")
                .value(cudnn.CUDNN_ATTR_TENSOR_DATA_TYPE, cudnn.CUDNN_TYPE_DATA_TYPE, type(f))
                .longs(cudnn.CUDNN_ATTR_TENSOR_DIMENSIONS, n, c, h, w)
                .longs(cudnn.CUDNN_ATTR_TENSOR_STRIDES, c * h * w, 1, c * w, c)
                .longs(cudnn.CUDNN_ATTR_TENSOR_UNIQUE_ID, id)
                .longs(cudnn.CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, 16)
                .finish();
    }

    private DnnGraph.Descriptor operationGraph(DnnGraph g, ConvolutionSpec s) {
        DnnGraph.Descriptor x = tensor(g, s.format(), X, s.n(), s.in(), s.height(), s.width());
        DnnGraph.Descriptor w = tensor(g, s.format(), W, s.out(), s.in(), s.kernelHeight(), s.kernelWidth());
        DnnGraph.Descriptor y = tensor(g, s.format(), Y, s.n(), s.out(), s.outHeight(), s.outWidth());
        Convolution c = s.geometry();
        DnnGraph.Descriptor convolution = g.create(cudnn.CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, "convolution")
                .value(cudnn.CUDNN_ATTR_CONVOLUTION_COMP_TYPE, cudnn.CUDNN_TYPE_DATA_TYPE, cudnn.CUDNN_DATA_FLOAT)
                .value(
                        cudnn.CUDNN_ATTR_CONVOLUTION_CONV_MODE,
                        cudnn.CUDNN_TYPE_CONVOLUTION_MODE,
                        cudnn.CUDNN_CROSS_CORRELATION)
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, 2)
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, c.top(), c.left())
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, c.bottom(), c.right())
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_DILATIONS, 1, 1)
                .longs(cudnn.CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, c.stride(), c.stride())
                .finish();
        DnnGraph.Descriptor operation =
                switch (s.kind()) {
                    case FORWARD ->
                        g.create(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR, "forward")
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, convolution)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, w)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, y)
                                .number(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, 1)
                                .number(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, 0);
                    case DATA ->
                        g.create(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR, "data gradient")
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, convolution)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, x)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, w)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, y)
                                .number(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, 1)
                                .number(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA, 0);
                    case WEIGHTS ->
                        g.create(
                                        cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                                        "weight gradient")
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC, convolution)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X, x)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, w)
                                .descriptor(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY, y)
                                .number(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA, 1)
                                .number(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA, 0);
                };
        operation.finish();
        return g.create(cudnn.CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR, "operation graph")
                .descriptor(cudnn.CUDNN_ATTR_OPERATIONGRAPH_OPS, operation)
                .library(cudnn.CUDNN_ATTR_OPERATIONGRAPH_HANDLE, handle)
                .finish();
    }

    private final class DnnConvolution implements Gpu.DeviceConvolution {
        private final DnnGraph graph;
        private final DnnGraph.Descriptor plan;
        private final long workspaceBytes;

        DnnConvolution(DnnGraph graph, DnnGraph.Descriptor plan, long workspaceBytes) {
            this.graph = graph;
            this.plan = plan;
            this.workspaceBytes = workspaceBytes;
        }

        @Override
        public long workspaceBytes() {
            return workspaceBytes;
        }

        @Override
        public void run(long x, long w, long y, long workspace) {
            try (DnnGraph own = new DnnGraph()) {
                DnnGraph.Descriptor pack = own.create(cudnn.CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, "variant pack")
                        .longs(cudnn.CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, X, W, Y)
                        .addresses(cudnn.CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, cudnn.CUDNN_TYPE_VOID_PTR, x, w, y)
                        .addresses(cudnn.CUDNN_ATTR_VARIANT_PACK_WORKSPACE, cudnn.CUDNN_TYPE_VOID_PTR, workspace)
                        .finish();
                Calls.cudnn(cudnn.cudnnBackendExecute(handle, plan.handle(), pack.handle()), "cudnnBackendExecute");
            }
        }
    }

    @Override
    public void close() {
        made.forEach(c -> c.graph.close());
        made.clear();
        cudnn.cudnnDestroy(handle);
    }
}
