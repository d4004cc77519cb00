/**
 * Optimisers, learning rates and weight averages that follow torch.optim and diffusers number by number, for
 * runs that are to be compared with theirs. {@link org.ragdiff.core.train.Trainer} has its own AdamW, which
 * runs on kernels.
 */
package org.ragdiff.core.optim;
