/** {@code ragdiff generate}: photos in, flat-lays with their manifests out. */
package org.ragdiff.cli.generate;
