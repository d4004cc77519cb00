/** Extractors of attributes: the trained head here, a language model in {@code llm}. */
package org.ragdiff.retrieval.attributes;
