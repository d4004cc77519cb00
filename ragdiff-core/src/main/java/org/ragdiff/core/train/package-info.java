/**
 * Training: one {@link org.ragdiff.core.train.Trainer} for every network, given an {@link
 * org.ragdiff.core.train.Objective}. Everything random is a function of the seed and the step, so that a
 * resumed run equals an uninterrupted one.
 */
package org.ragdiff.core.train;
