/** A GPU on the processor, for tests: our kernels' own sources, compiled by a host compiler, and checked memory. */
package org.ragdiff.cuda.emulation;
