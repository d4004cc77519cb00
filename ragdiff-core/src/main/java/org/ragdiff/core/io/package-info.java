/**
 * Files: the safetensors format, whole or in shards, and writing that leaves either the old file or
 * the new one. Nothing read from a file is trusted: sizes are checked before memory is taken.
 */
package org.ragdiff.core.io;
