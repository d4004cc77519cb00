/**
 * Protocols: how a figure is measured, as values that every figure carries; and checks that a measurement is one:
 * leaks between training and test, results that saw the truth.
 */
package org.ragdiff.eval.protocol;
