/** Features that are expensive to compute and read many times in training, kept on disk. */
package org.ragdiff.data.cache;
