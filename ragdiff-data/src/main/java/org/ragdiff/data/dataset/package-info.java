/**
 * Readers of data sets as they are published, and of a user's own pairs: {@link org.ragdiff.data.dataset.Datasets} opens
 * one by the name of its layout.
 */
package org.ragdiff.data.dataset;
