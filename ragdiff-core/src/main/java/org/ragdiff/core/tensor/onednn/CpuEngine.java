package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;

import java.util.Locale;
import org.bytedeco.dnnl.engine;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The process's one oneDNN engine, loaded on first use. ND4J is loaded before it, so that both share one
 * OpenMP runtime and its thread count.
 */
final class CpuEngine {
    /** Number of OpenMP threads; the available processors by default. */
    static final String THREADS = "ragdiff.threads";

    // AVX512_CORE_BF16 has the bits of AVX512_CORE and its own; newer instruction sets contain them.
    private static final int BF16_BITS = org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;

    private CpuEngine() {}

    private static final class Holder {
        static final engine ENGINE = load();

        private static engine load() {
            Nd4j.getBackend();
            engine e = new engine(engine.kind.cpu, 0);
            e.retainReference();
            return e;
        }
    }

    static engine get() {
        return Holder.ENGINE;
    }

    static boolean isSupportedPlatform() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("amd64") || arch.equals("x86_64");
    }

    static boolean hasBf16() {
        get();
        return (dnnl_get_effective_cpu_isa() & BF16_BITS) == BF16_BITS;
    }

    /** The threads asked for. */
    static int threads() {
        String text = System.getProperty(THREADS, "").trim();
        if (text.isEmpty()) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int n = Integer.parseInt(text);
            if (n >= 1 && n <= 1024) {
                return n;
            }
        } catch (NumberFormatException e) {
            // reported below with the range
        }
        throw new IllegalArgumentException(
                "system property " + THREADS + " is \"" + text + "\", expected a number of threads from 1 to 1024");
    }

    /** OpenMP keeps the number per calling thread: to be called on each. */
    static void setThreadsOfCaller(int n) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(n);
    }
}
