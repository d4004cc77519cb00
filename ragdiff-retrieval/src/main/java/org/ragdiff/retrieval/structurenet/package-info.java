/**
 * StructureNet (arXiv 2411.19528, section 3.2): two towers that map a photo and a standard image of one
 * garment to nearby unit vectors, their training, and the encoder that applies them.
 */
package org.ragdiff.retrieval.structurenet;
