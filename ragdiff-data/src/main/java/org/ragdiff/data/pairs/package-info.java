/** Streams of (wild photo, standard image) pairs, their stores, splits and readers. */
package org.ragdiff.data.pairs;
