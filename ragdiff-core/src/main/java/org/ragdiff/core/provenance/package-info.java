/** Where an artefact comes from, in enough detail to make it again. */
package org.ragdiff.core.provenance;
