/** Network modules with named parameters; names and layouts are diffusers' where the layer exists there. */
package org.ragdiff.core.nn;
