/** {@code ragdiff measure}: figures of a user's own folders of results and truths under a protocol. */
package org.ragdiff.cli.measure;
