package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.scratchpad_mode;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/** Memory layouts and attributes in the forms used here. Stateless. */
final class Layouts {
    static final memory.data_type F32 = memory.data_type.f32;
    static final memory.data_type BF16 = memory.data_type.bf16;

    private Layouts() {}

    /** Row-major. */
    static memory.desc dense(memory.data_type type, long... sizes) {
        return strided(type, sizes, denseStrides(sizes));
    }

    static long[] denseStrides(long... sizes) {
        long[] strides = new long[sizes.length];
        long s = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = s;
            s *= sizes[i];
        }
        return strides;
    }

    static memory.desc strided(memory.data_type type, long[] sizes, long... strides) {
        return new memory.desc(sizes, type, strides);
    }

    /** A channels-last map, in oneDNN's order of sizes. */
    static memory.desc nhwc(memory.data_type type, long n, long h, long w, long c) {
        return new memory.desc(new long[] {n, c, h, w}, type, memory.format_tag.nhwc);
    }

    /** Left to the primitive. */
    static memory.desc any(memory.data_type type, long... sizes) {
        return new memory.desc(sizes, type, memory.format_tag.any);
    }

    static primitive_attr attributes() {
        primitive_attr a = new primitive_attr();
        a.set_scratchpad_mode(scratchpad_mode.user);
        return a;
    }

    /** out = alpha · result, or out += alpha · result. */
    static primitive_attr scaled(float alpha, boolean accumulate) {
        primitive_attr a = attributes();
        if (alpha != 1 || accumulate) {
            post_ops p = new post_ops();
            if (alpha != 1) {
                p.append_eltwise(algorithm.eltwise_linear, alpha, 0);
            }
            if (accumulate) {
                p.append_sum();
            }
            a.set_post_ops(p);
        }
        return a;
    }
}
