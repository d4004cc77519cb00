package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.FlowSigmas;
import org.ragdiff.diffusion.sampler.FlowSigmas.TimeShift;
import org.ragdiff.diffusion.sampler.LevelOptions;
import org.ragdiff.diffusion.sampler.SigmaSpacing;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** Which noise levels are visited. */
final class LevelKeys {
    private static final String[] FLAGS = {
        "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas"
    };
    private static final SigmaSpacing[] SPACINGS = {
        SigmaSpacing.KARRAS, SigmaSpacing.EXPONENTIAL, SigmaSpacing.BETA, SigmaSpacing.LU
    };

    private LevelKeys() {}

    /** Timesteps and spacing of levels that end at zero. */
    static LevelOptions read(ConfigReader in, String defaultSpacing) {
        return LevelOptions.defaults()
                .withTimestepSpacing(
                        in.choice("timestep_spacing", Names.SPACING, defaultSpacing), in.whole("steps_offset", 0))
                .withSigmaSpacing(spacing(in));
    }

    static LevelOptions withFinal(ConfigReader in, LevelOptions levels) {
        return levels.withEndAtZero(in.choice("final_sigmas_type", Names.FINAL_SIGMA, "zero"));
    }

    static LevelOptions withRange(ConfigReader in, LevelOptions levels) {
        return levels.withSigmaRange(in.number("sigma_min", 0), in.number("sigma_max", 0));
    }

    static LevelOptions withFlow(ConfigReader in, LevelOptions levels) {
        boolean used = in.flag("use_flow_sigmas", false);
        double shift = in.number("flow_shift", 1);
        boolean dynamic = in.flag("use_dynamic_shifting", false);
        TimeShift timeShift = in.choice("time_shift_type", Names.TIME_SHIFT, "exponential");
        double terminal = in.number("shift_terminal", 0);
        return !used
                ? levels
                : levels.withFlow(new FlowSigmas(true, shift, dynamic ? timeShift : TimeShift.NONE, terminal));
    }

    static SigmaSpacing spacing(ConfigReader in) {
        SigmaSpacing found = SigmaSpacing.STEPS;
        for (int i = 0; i < FLAGS.length; i++) {
            if (in.flag(FLAGS[i], false)) {
                if (found != SigmaSpacing.STEPS) {
                    throw new IllegalArgumentException("only one of " + String.join(", ", FLAGS) + " can be true, got "
                            + found + " and " + FLAGS[i]);
                }
                found = SPACINGS[i];
            }
        }
        return found;
    }

    static void write(LevelOptions levels, ObjectNode out) {
        writeSteps(levels.timestepSpacing(), levels.stepsOffset(), out);
        writeSpacing(levels.sigmaSpacing(), out);
    }

    static void writeSteps(TimestepSpacing spacing, int offset, ObjectNode out) {
        out.put("timestep_spacing", Names.of(Names.SPACING, spacing));
        out.put("steps_offset", offset);
    }

    static void writeSpacing(SigmaSpacing spacing, ObjectNode out) {
        for (int i = 0; i < FLAGS.length; i++) {
            if (spacing == SPACINGS[i]) {
                out.put(FLAGS[i], true);
            }
        }
    }

    static void writeFinal(LevelOptions levels, ObjectNode out) {
        out.put("final_sigmas_type", Names.of(Names.FINAL_SIGMA, levels.endAtZero()));
    }

    static void writeRange(LevelOptions levels, ObjectNode out) {
        if (levels.sigmaMin() > 0) {
            out.put("sigma_min", levels.sigmaMin());
        }
        if (levels.sigmaMax() > 0) {
            out.put("sigma_max", levels.sigmaMax());
        }
    }

    static void writeFlow(FlowSigmas flow, ObjectNode out) {
        if (flow.used()) {
            out.put("use_flow_sigmas", true);
            out.put("flow_shift", flow.shift());
            if (flow.timeShift() != TimeShift.NONE) {
                out.put("use_dynamic_shifting", true);
                out.put("time_shift_type", Names.of(Names.TIME_SHIFT, flow.timeShift()));
            }
            if (flow.terminal() > 0) {
                out.put("shift_terminal", flow.terminal());
            }
        }
    }

    /** Levels that diffusers' class can express but for what {@code change} sets. */
    static void require(boolean expressible, String className, String what) {
        if (!expressible) {
            throw new IllegalArgumentException("diffusers' " + className + " has no " + what);
        }
    }
}
