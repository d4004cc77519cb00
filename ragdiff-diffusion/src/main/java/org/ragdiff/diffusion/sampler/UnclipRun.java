package org.ragdiff.diffusion.sampler;

import org.ragdiff.diffusion.sampler.DdpmOptions.Variance;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** Ancestral sampling (Ho et al. 2020) in which steps from one timestep to the next take β from the trained table. */
final class UnclipRun extends DdpmRun {
    UnclipRun(UnclipOptions options, TrainedProcess process, RunRequest request) {
        super(
                new DdpmOptions(TimestepSpacing.LINSPACE, 0, Variance.FIXED_SMALL_LOG, options.clipping()),
                process,
                request);
    }

    @Override
    double alpha(int call, double alphaBar, double next) {
        int before = call + 1 < calls() ? at(call + 1) : -1;
        return before == at(call) - 1 ? 1 - schedule.beta(at(call)) : alphaBar / next;
    }
}
