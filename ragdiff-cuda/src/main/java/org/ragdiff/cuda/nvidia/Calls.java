package org.ragdiff.cuda.nvidia;

import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.ragdiff.cuda.CudaException;

/** Turns results of calls into exceptions that name them. Stateless. */
final class Calls {
    private Calls() {}

    static void driver(int result, String call) {
        if (result != 0) {
            throw new CudaException(call + ": " + driverError(result));
        }
    }

    static String driverError(int result) {
        try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
            String name = cudart.cuGetErrorName(result, text) == 0
                    ? text.get(BytePointer.class, 0).getString()
                    : "error " + result;
            return cudart.cuGetErrorString(result, text) == 0
                    ? name + " (" + text.get(BytePointer.class, 0).getString() + ")"
                    : name;
        }
    }

    static void cublas(int result, String call) {
        if (result != 0) {
            throw new CudaException(
                    call + ": " + cublas.cublasLtGetStatusString(result).getString());
        }
    }

    static void nvrtc(int result, String call) {
        if (result != 0) {
            throw new CudaException(
                    call + ": " + nvrtc.nvrtcGetErrorString(result).getString());
        }
    }

    static void cudnn(int result, String call) {
        if (result != 0) {
            throw new CudaException(
                    call + ": " + cudnn.cudnnGetErrorString(result).getString());
        }
    }

    /** A number as a pointer. */
    static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
