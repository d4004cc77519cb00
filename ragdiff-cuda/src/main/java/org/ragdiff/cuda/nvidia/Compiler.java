package org.ragdiff.cuda.nvidia;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.ragdiff.cuda.CudaException;

/** NVRTC. Stateless. */
final class Compiler {
    private Compiler() {}

    static String version() {
        int[] major = new int[1];
        int[] minor = new int[1];
        Calls.nvrtc(nvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
        return "nvrtc " + major[0] + "." + minor[0];
    }

    private static int[] architectures() {
        int[] count = new int[1];
        Calls.nvrtc(nvrtc.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
        int[] all = new int[count[0]];
        Calls.nvrtc(nvrtc.nvrtcGetSupportedArchs(all), "nvrtcGetSupportedArchs");
        return all;
    }

    /** Machine code for a capability; for one that this NVRTC does not know, PTX, which the driver compiles. */
    static byte[] compile(String source, List<String> options, int capability) {
        int best = 0;
        for (int a : architectures()) {
            if (a <= capability) {
                best = Math.max(best, a);
            }
        }
        if (best == 0) {
            throw new CudaException(version() + " does not compile for capability " + capability);
        }
        boolean exact = best == capability;
        List<String> all = new ArrayList<>(options);
        all.add("--gpu-architecture=" + (exact ? "sm_" : "compute_") + best);
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer text = new BytePointer(source);
                BytePointer name = new BytePointer("ragdiff.cu");
                PointerPointer<BytePointer> arguments = new PointerPointer<>(all.toArray(String[]::new))) {
            PointerPointer<BytePointer> none = null;
            Calls.nvrtc(nvrtc.nvrtcCreateProgram(program, text, name, 0, none, none), "nvrtcCreateProgram");
            try {
                int result = nvrtc.nvrtcCompileProgram(program, all.size(), arguments);
                if (result != 0) {
                    throw new CudaException("nvrtcCompileProgram: "
                            + nvrtc.nvrtcGetErrorString(result).getString() + "\n" + log(program));
                }
                return exact ? machineCode(program) : ptx(program);
            } finally {
                nvrtc.nvrtcDestroyProgram(program);
            }
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            if (nvrtc.nvrtcGetProgramLogSize(program, size) != 0 || size.get() < 2) {
                return "no log";
            }
            byte[] text = new byte[(int) Math.min(size.get(), 1 << 20)];
            nvrtc.nvrtcGetProgramLog(program, text);
            return new String(text, 0, text.length - 1, java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static byte[] machineCode(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            Calls.nvrtc(nvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
            byte[] code = new byte[Math.toIntExact(size.get())];
            Calls.nvrtc(nvrtc.nvrtcGetCUBIN(program, code), "nvrtcGetCUBIN");
            return code;
        }
    }

    private static byte[] ptx(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            Calls.nvrtc(nvrtc.nvrtcGetPTXSize(program, size), "nvrtcGetPTXSize");
            byte[] code = new byte[Math.toIntExact(size.get())];
            Calls.nvrtc(nvrtc.nvrtcGetPTX(program, code), "nvrtcGetPTX");
            return code;
        }
    }
}
