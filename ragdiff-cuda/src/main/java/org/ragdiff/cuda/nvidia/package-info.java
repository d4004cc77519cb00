/**
 * {@link org.ragdiff.cuda.Gpu} on NVIDIA's driver, NVRTC, cuBLASLt and cuDNN 9, by the bindings of
 * {@code org.bytedeco:cuda}. It has never run: there was no GPU when it was written. It compiles against the bindings,
 * and what needs no device (finding libraries, telling why there is no GPU) is tested.
 */
package org.ragdiff.cuda.nvidia;
