/** {@code ragdiff index}: structure databases built, looked into, searched, changed, exchanged. */
package org.ragdiff.cli.index;
