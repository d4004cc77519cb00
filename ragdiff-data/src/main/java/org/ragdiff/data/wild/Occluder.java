package org.ragdiff.data.wild;

/**
 * Something that lies over the garment, in the photo's frame.
 *
 * @param rgb three bytes a pixel
 * @param alpha 0..255
 */
record Occluder(byte[] rgb, byte[] alpha) {}
