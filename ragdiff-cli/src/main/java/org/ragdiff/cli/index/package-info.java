/** {@code ragdiff index}: structure databases built, looked into, searched. */
package org.ragdiff.cli.index;
