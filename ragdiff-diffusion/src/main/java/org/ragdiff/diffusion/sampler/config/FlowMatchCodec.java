package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.FlowMatchOptions;
import org.ragdiff.diffusion.sampler.FlowSigmas;
import org.ragdiff.diffusion.sampler.FlowSigmas.TimeShift;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link FlowMatchOptions}. */
final class FlowMatchCodec implements SchedulerCodec<FlowMatchOptions> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.FLOW;
    }

    @Override
    public FlowMatchOptions read(ConfigReader in) {
        boolean dynamic = in.flag("use_dynamic_shifting", false);
        TimeShift timeShift = in.choice("time_shift_type", Names.TIME_SHIFT, "exponential");
        FlowSigmas shift = new FlowSigmas(
                true, in.number("shift", 1), dynamic ? timeShift : TimeShift.NONE, in.number("shift_terminal", 0));
        return new FlowMatchOptions(
                shift, LevelKeys.spacing(in), in.flag("invert_sigmas", false), in.flag("stochastic_sampling", false));
    }

    @Override
    public void write(FlowMatchOptions o, ObjectNode out) {
        out.put("shift", o.shift().shift());
        out.put("use_dynamic_shifting", o.shift().timeShift() != TimeShift.NONE);
        if (o.shift().timeShift() != TimeShift.NONE) {
            out.put("time_shift_type", Names.of(Names.TIME_SHIFT, o.shift().timeShift()));
        }
        if (o.shift().terminal() > 0) {
            out.put("shift_terminal", o.shift().terminal());
        }
        LevelKeys.writeSpacing(o.sigmaSpacing(), out);
        out.put("invert_sigmas", o.invert());
        out.put("stochastic_sampling", o.stochastic());
    }
}
