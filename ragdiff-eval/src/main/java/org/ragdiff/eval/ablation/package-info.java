/**
 * Ablations: a matrix of variants, seeds and data sets, run cell by cell so that it can be stopped at any moment;
 * its results, their analysis, and tables of it.
 */
package org.ragdiff.eval.ablation;
