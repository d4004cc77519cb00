package org.ragdiff.cuda.nvidia;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.ragdiff.cuda.Format;
import org.ragdiff.cuda.Gpu;
import org.ragdiff.cuda.ProductSpec;

/**
 * Matrix products by cuBLASLt. It counts in columns: a row-major d = a · b is its column-major dᵀ = bᵀ · aᵀ, so that
 * our b is its first factor. One workspace serves all, as they run one after the other.
 */
final class LtProducts implements AutoCloseable {
    /** What NVIDIA recommends for Hopper. */
    static final long WORKSPACE = 32L << 20;

    private final cublasLtContext handle = new cublasLtContext();
    private final CUstream_st stream;
    private final long workspace;
    private final List<LtProduct> made = new ArrayList<>();

    /** @param workspace device memory of {@link #WORKSPACE} bytes, the caller's */
    LtProducts(CUstream_st stream, long workspace) {
        this.stream = stream;
        this.workspace = workspace;
        Calls.cublas(cublas.cublasLtCreate(handle), "cublasLtCreate");
    }

    Optional<Gpu.Product> of(ProductSpec spec) {
        LtProduct p = new LtProduct(spec);
        made.add(p);
        return p.algorithm(16) == null ? Optional.empty() : Optional.of(p);
    }

    static int type(Format f) {
        return switch (f) {
            case F32 -> cudart.CUDA_R_32F;
            case BF16 -> cudart.CUDA_R_16BF;
            case F16 -> cudart.CUDA_R_16F;
        };
    }

    private final class LtProduct implements Gpu.Product {
        private final ProductSpec spec;
        private final cublasLtMatmulDescOpaque_t operation;
        private final cublasLtMatrixLayoutOpaque_t first;
        private final cublasLtMatrixLayoutOpaque_t second;
        private final cublasLtMatrixLayoutOpaque_t result;
        private final FloatPointer scalars = new FloatPointer(2);
        private final FloatPointer beta = scalars.getPointer(1);
        private final LongPointer biasAddress = new LongPointer(1);
        /** For addresses that are multiples of 16 bytes, and for any. */
        private final cublasLtMatmulHeuristicResult_t[] algorithms = new cublasLtMatmulHeuristicResult_t[2];

        LtProduct(ProductSpec s) {
            this.spec = s;
            scalars.retainReference();
            biasAddress.retainReference();
            operation = new cublasLtMatmulDescOpaque_t(pointer(
                    p -> cublas.cublasLtMatmulDescCreate(
                            p,
                            s.in() == Format.F32 && s.tensorFloats()
                                    ? cublas.CUBLAS_COMPUTE_32F_FAST_TF32
                                    : cublas.CUBLAS_COMPUTE_32F,
                            cudart.CUDA_R_32F),
                    "cublasLtMatmulDescCreate"));
            set(cublas.CUBLASLT_MATMUL_DESC_TRANSA, s.transposeB() ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N);
            set(cublas.CUBLASLT_MATMUL_DESC_TRANSB, s.transposeA() ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N);
            if (s.bias()) {
                set(cublas.CUBLASLT_MATMUL_DESC_EPILOGUE, cublas.CUBLASLT_EPILOGUE_BIAS);
                set(cublas.CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, type(s.out()));
            }
            first = s.transposeB()
                    ? layout(s.in(), s.k(), s.n(), s.ldb(), s.strideB())
                    : layout(s.in(), s.n(), s.k(), s.ldb(), s.strideB());
            second = s.transposeA()
                    ? layout(s.in(), s.m(), s.k(), s.lda(), s.strideA())
                    : layout(s.in(), s.k(), s.m(), s.lda(), s.strideA());
            result = layout(s.out(), s.n(), s.m(), s.ldc(), s.strideC());
        }

        private interface Creation {
            int make(PointerPointer<Pointer> to);
        }

        private static Pointer pointer(Creation creation, String call) {
            try (PointerPointer<Pointer> p = new PointerPointer<>(1)) {
                Calls.cublas(creation.make(p), call);
                return new Calls.Address(p.get().address());
            }
        }

        private void set(int attribute, int value) {
            try (IntPointer v = new IntPointer(1).put(value)) {
                Calls.cublas(
                        cublas.cublasLtMatmulDescSetAttribute(operation, attribute, v, Integer.BYTES),
                        "cublasLtMatmulDescSetAttribute");
            }
        }

        private cublasLtMatrixLayoutOpaque_t layout(Format f, long rows, long columns, long ld, long stride) {
            cublasLtMatrixLayoutOpaque_t l = new cublasLtMatrixLayoutOpaque_t(pointer(
                    p -> cublas.cublasLtMatrixLayoutCreate(p, type(f), rows, columns, ld),
                    "cublasLtMatrixLayoutCreate"));
            if (spec.batch() > 1) {
                try (IntPointer count = new IntPointer(1).put(Math.toIntExact(spec.batch()));
                        LongPointer offset = new LongPointer(1).put(stride)) {
                    Calls.cublas(
                            cublas.cublasLtMatrixLayoutSetAttribute(
                                    l, cublas.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, count, Integer.BYTES),
                            "cublasLtMatrixLayoutSetAttribute");
                    Calls.cublas(
                            cublas.cublasLtMatrixLayoutSetAttribute(
                                    l, cublas.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, offset, Long.BYTES),
                            "cublasLtMatrixLayoutSetAttribute");
                }
            }
            return l;
        }

        /** The heuristics' choice for an alignment of all addresses, or null. */
        private cublasLtMatmulHeuristicResult_t algorithm(int alignment) {
            int at = alignment == 16 ? 0 : 1;
            if (algorithms[at] == null) {
                cublasLtMatmulPreferenceOpaque_t wish = new cublasLtMatmulPreferenceOpaque_t(
                        pointer(cublas::cublasLtMatmulPreferenceCreate, "cublasLtMatmulPreferenceCreate"));
                try (LongPointer bytes = new LongPointer(1).put(WORKSPACE);
                        IntPointer aligned = new IntPointer(1).put(alignment)) {
                    wish(wish, cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, bytes, Long.BYTES);
                    wish(wish, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, aligned, Integer.BYTES);
                    wish(wish, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, aligned, Integer.BYTES);
                    wish(wish, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, aligned, Integer.BYTES);
                    wish(wish, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, aligned, Integer.BYTES);
                    cublasLtMatmulHeuristicResult_t found = new cublasLtMatmulHeuristicResult_t();
                    int[] count = new int[1];
                    int status = cublas.cublasLtMatmulAlgoGetHeuristic(
                            handle, operation, first, second, result, result, wish, 1, found, count);
                    if (status == 0 && count[0] > 0 && found.state() == 0) {
                        found.retainReference();
                        algorithms[at] = found;
                    }
                } finally {
                    cublas.cublasLtMatmulPreferenceDestroy(wish);
                }
            }
            return algorithms[at];
        }

        private static void wish(cublasLtMatmulPreferenceOpaque_t to, int attribute, Pointer value, long bytes) {
            Calls.cublas(
                    cublas.cublasLtMatmulPreferenceSetAttribute(to, attribute, value, bytes),
                    "cublasLtMatmulPreferenceSetAttribute");
        }

        @Override
        public void run(long a, long b, long bias, long c, long d, float alpha, float betaValue) {
            boolean aligned = (a | b | bias | c | d) % 16 == 0;
            cublasLtMatmulHeuristicResult_t chosen =
                    algorithm(aligned ? 16 : spec.in().bytes());
            if (chosen == null) {
                throw new org.ragdiff.cuda.CudaException(
                        "cuBLASLt has no product for addresses that are no multiples " + "of 16 bytes of " + spec);
            }
            if (spec.bias()) {
                biasAddress.put(bias);
                Calls.cublas(
                        cublas.cublasLtMatmulDescSetAttribute(
                                operation, cublas.CUBLASLT_MATMUL_DESC_BIAS_POINTER, biasAddress, Long.BYTES),
                        "cublasLtMatmulDescSetAttribute");
            }
            scalars.put(0, alpha).put(1, betaValue);
            Calls.cublas(
                    cublas.cublasLtMatmul(
                            handle,
                            operation,
                            scalars,
                            new Calls.Address(b),
                            first,
                            new Calls.Address(a),
                            second,
                            beta,
                            new Calls.Address(c),
                            result,
                            new Calls.Address(d),
                            result,
                            chosen.algo(),
                            new Calls.Address(workspace),
                            WORKSPACE,
                            stream),
                    "cublasLtMatmul " + spec);
        }

        void close() {
            cublas.cublasLtMatrixLayoutDestroy(first);
            cublas.cublasLtMatrixLayoutDestroy(second);
            cublas.cublasLtMatrixLayoutDestroy(result);
            cublas.cublasLtMatmulDescDestroy(operation);
            scalars.close();
            biasAddress.close();
            for (cublasLtMatmulHeuristicResult_t a : algorithms) {
                if (a != null) {
                    a.close();
                }
            }
        }
    }

    @Override
    public void close() {
        made.forEach(LtProduct::close);
        made.clear();
        cublas.cublasLtDestroy(handle);
    }
}
