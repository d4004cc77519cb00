/** Samplers: functions of a model, a start and a schedule. */
package org.ragdiff.diffusion.sampler;
