package org.ragdiff.bench.metric;

import java.util.List;
import java.util.Locale;

/** TorchScript of SSIM and MS-SSIM with a window of 11×11 and σ 1.5, for pictures [1, 3, H, W] in [0, 1]. */
final class SimilarityScript {
    /** How the local means are computed. */
    enum Form {
        /** One convolution of a batch of five, three groups. */
        SQUARE("11x11, groups"),
        /** Columns, then rows, of a batch of five, three groups. */
        SEPARABLE("separable, groups"),
        /** Columns, then rows, five times. */
        SEPARATE("separable, groups, one by one"),
        /** Columns, then rows, of fifteen pictures of one channel. */
        PLANES("separable, planes");

        private final String text;

        Form(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private static final int TAPS = 11;
    private static final int PAD = TAPS / 2;

    private final Form form;
    private final boolean mirrored;

    /** @param mirrored whether pictures are mirrored at their edges, so that all positions count */
    SimilarityScript(Form form, boolean mirrored) {
        this.form = form;
        this.mirrored = mirrored;
    }

    /** The weights of the window, once for each group. */
    float[] kernel() {
        double[] g = new double[TAPS];
        double sum = 0;
        for (int i = 0; i < TAPS; i++) {
            g[i] = Math.exp(-(i - PAD) * (i - PAD) / 4.5);
            sum += g[i];
        }
        int groups = form == Form.PLANES ? 1 : 3;
        int cells = form == Form.SQUARE ? TAPS * TAPS : TAPS;
        float[] out = new float[groups * cells];
        for (int i = 0; i < out.length; i++) {
            int cell = i % cells;
            out[i] = (float) (cells == TAPS ? g[cell] / sum : g[cell / TAPS] * g[cell % TAPS] / (sum * sum));
        }
        return out;
    }

    long[] kernelShape() {
        return switch (form) {
            case SQUARE -> new long[] {3, 1, TAPS, TAPS};
            case PLANES -> new long[] {1, 1, TAPS, 1};
            default -> new long[] {3, 1, TAPS, 1};
        };
    }

    /** The mean over positions and channels. */
    String ssim() {
        StringBuilder out = header();
        terms(out);
        out.append("  return torch.reshape(torch.mean(torch.mul(l, cs)), [1])\n");
        return out.toString();
    }

    /** The mean over channels of the products over scales, with contrast terms of interior positions. */
    String scales(List<Double> weights) {
        StringBuilder out = header();
        for (int s = 0; s < weights.size(); s++) {
            boolean last = s == weights.size() - 1;
            terms(out);
            line(
                    out,
                    "m%d = torch.pow(torch.relu(torch.mean(%s, [1, 2])), %s)",
                    s,
                    last ? "torch.mul(l, cs)" : "cs",
                    weights.get(s));
            line(out, "p%d = %s", s, s == 0 ? "m0" : "torch.mul(p" + (s - 1) + ", m" + s + ")");
            if (!last) {
                line(out, "x = torch.avg_pool2d(x, [2, 2])");
                line(out, "y = torch.avg_pool2d(y, [2, 2])");
            }
        }
        line(out, "return torch.reshape(torch.mean(p%d), [1])", weights.size() - 1);
        return out.toString();
    }

    private StringBuilder header() {
        StringBuilder out = new StringBuilder();
        out.append("def forward(self, x: Tensor, y: Tensor, w: Tensor) -> Tensor:\n");
        line(out, "none = annotate(Optional[Tensor], None)");
        if (form != Form.SQUARE) {
            line(out, "t = torch.transpose(w, 2, 3)");
        }
        return out;
    }

    /** Luminance and contrast terms {@code l} and {@code cs}, [3, h, w]. */
    private void terms(StringBuilder out) {
        String pad = mirrored ? "torch.reflection_pad2d(%1$s, [%2$d, %2$d, %2$d, %2$d])" : "%1$s";
        line(out, "u = " + pad, "x", PAD);
        line(out, "v = " + pad, "y", PAD);
        if (form == Form.SEPARATE) {
            String[] maps = {"u", "v", "torch.mul(u, u)", "torch.mul(v, v)", "torch.mul(u, v)"};
            for (int i = 0; i < maps.length; i++) {
                line(out, "f%d = torch.squeeze(%s, 0)", i, filtered(maps[i], 3));
            }
        } else {
            line(out, "b = torch.cat([u, v, torch.mul(u, u), torch.mul(v, v), torch.mul(u, v)])");
            if (form == Form.PLANES) {
                line(out, "b = torch.unsqueeze(torch.flatten(b, 0, 1), 1)");
            }
            line(out, "f = %s", filtered("b", form == Form.PLANES ? 1 : 3));
            if (form == Form.PLANES) {
                line(out, "f = torch.unflatten(torch.squeeze(f, 1), 0, [5, 3])");
            }
            for (int i = 0; i < 5; i++) {
                line(out, "f%d = torch.select(f, 0, %d)", i, i);
            }
        }
        line(out, "xx = torch.mul(f0, f0)");
        line(out, "yy = torch.mul(f1, f1)");
        line(out, "xy = torch.mul(f0, f1)");
        line(out, "vx = torch.clamp(torch.sub(f2, xx), 0)");
        line(out, "vy = torch.clamp(torch.sub(f3, yy), 0)");
        line(out, "up = torch.add(torch.mul(torch.sub(f4, xy), 2), 0.0009)");
        line(out, "cs = torch.div(up, torch.add(torch.add(vx, vy), 0.0009))");
        line(out, "l = torch.div(torch.add(torch.mul(xy, 2), 0.0001), torch.add(torch.add(xx, yy), 0.0001))");
    }

    private String filtered(String map, int groups) {
        String format = "torch.conv2d(%s, %s, none, [1, 1], [0, 0], [1, 1], %d)";
        String down = String.format(Locale.ROOT, format, map, "w", groups);
        return form == Form.SQUARE ? down : String.format(Locale.ROOT, format, down, "t", groups);
    }

    private static void line(StringBuilder out, String format, Object... arguments) {
        out.append("  ").append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
