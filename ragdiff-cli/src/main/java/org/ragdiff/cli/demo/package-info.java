/** {@code ragdiff demo}: the whole system on garments that nothing was trained on, and a page about it. */
package org.ragdiff.cli.demo;
