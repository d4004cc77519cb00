/** Other implementations beside which RAGDiff is measured: libtorch through DJL, ONNX Runtime. */
package org.ragdiff.bench.peer;
