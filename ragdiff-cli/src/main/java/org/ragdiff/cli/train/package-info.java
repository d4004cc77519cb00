/** Training by recipes: data, batches and the {@code train} command. */
package org.ragdiff.cli.train;
