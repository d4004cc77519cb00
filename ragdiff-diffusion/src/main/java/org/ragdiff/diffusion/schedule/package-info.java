/** Noise schedules and the timesteps of a run. */
package org.ragdiff.diffusion.schedule;
