/** Cases of single tensor operations beside libtorch's, at the sizes of the demo model, SD 1.5 and SDXL. */
package org.ragdiff.bench.kernel;
