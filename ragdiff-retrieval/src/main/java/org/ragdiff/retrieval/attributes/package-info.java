/** Extractors of attributes that need no language model. */
package org.ragdiff.retrieval.attributes;
