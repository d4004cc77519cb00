/**
 * The provider {@code cuda}: tensor operations on current NVIDIA GPUs. {@link org.ragdiff.cuda.Gpu} is what it needs
 * of a device; {@code org.ragdiff.cuda.nvidia} is that on NVIDIA's libraries. Kernels are sources among the resources,
 * compiled at run time. No GPU was at hand when this was written: kernels and host logic are tested on the
 * processor, by an emulation of the device; the calls into NVIDIA's libraries have never run.
 */
package org.ragdiff.cuda;
