/**
 * Kernels on plain ND4J operations: slower than a provider for one processor, but the same on every ND4J
 * backend. What the other providers are compared with, and what runs where they are not available.
 */
package org.ragdiff.core.tensor.nd4j;
