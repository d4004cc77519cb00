/** Pictures: reading untrusted files, writing PNG with text, Pillow's resampling, network tensors. */
package org.ragdiff.core.image;
