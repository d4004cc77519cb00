package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.Clipping;

/** What is done to predicted clean samples. */
final class ClippingKeys {
    private ClippingKeys() {}

    /** @param clips diffusers' default of clip_sample */
    static Clipping read(ConfigReader in, boolean clips) {
        Clipping threshold = thresholding(in);
        boolean clip = in.flag("clip_sample", clips);
        double range = in.number("clip_sample_range", 1);
        return threshold.quantile() > 0 ? threshold : clip ? Clipping.to(range) : Clipping.NONE;
    }

    /** Of classes that know dynamic thresholding only. */
    static Clipping thresholding(ConfigReader in) {
        boolean used = in.flag("thresholding", false);
        double ratio = in.number("dynamic_thresholding_ratio", 0.995);
        double maximum = in.number("sample_max_value", 1);
        if (used && !(ratio > 0)) {
            throw new IllegalArgumentException("dynamic_thresholding_ratio must be in (0, 1], got " + ratio);
        }
        return used ? Clipping.dynamic(ratio, maximum) : Clipping.NONE;
    }

    static void write(Clipping clipping, ObjectNode out) {
        boolean clips = clipping.quantile() == 0 && clipping.range() > 0;
        out.put("clip_sample", clips);
        if (clips) {
            out.put("clip_sample_range", clipping.range());
        }
        writeThresholding(clipping, out);
    }

    static void writeThresholding(Clipping clipping, ObjectNode out) {
        out.put("thresholding", clipping.quantile() > 0);
        if (clipping.quantile() > 0) {
            out.put("dynamic_thresholding_ratio", clipping.quantile());
            out.put("sample_max_value", clipping.maximum());
        }
    }
}
