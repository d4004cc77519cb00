/** {@code ragdiff checkpoint}: folders of diffusers, made, looked into and sampled. */
package org.ragdiff.cli.checkpoint;
