/** Attributes read off photos by a multimodal language model behind an OpenAI-compatible server. */
package org.ragdiff.retrieval.attributes.llm;
