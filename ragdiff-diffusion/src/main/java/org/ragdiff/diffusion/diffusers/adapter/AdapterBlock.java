package org.ragdiff.diffusion.diffusers.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A block of a {@link T2IAdapter}: mean pooling by 2, a 1x1 convolution, resnets without normalisation. The
 * light form works on a quarter of the channels and widens at the end.
 */
final class AdapterBlock extends Module {
    private final boolean down;
    private final Conv2d in;
    private final List<Conv2d[]> resnets = new ArrayList<>();
    private final Conv2d out;

    AdapterBlock(SplittableRandom random, int from, int to, int resBlocks, boolean light, boolean down) {
        this.down = down;
        int inner = light ? to / 4 : to;
        in = light || from != to ? child("in_conv", new Conv2d(random, from, inner, 1)) : null;
        for (int i = 0; i < resBlocks; i++) {
            Conv2d first = child("resnets." + i + ".block1", new Conv2d(random, inner, inner, 3));
            Conv2d second = child("resnets." + i + ".block2", new Conv2d(random, inner, inner, light ? 3 : 1));
            resnets.add(new Conv2d[] {first, second});
        }
        out = light ? child("out_conv", new Conv2d(random, inner, to, 1)) : null;
    }

    /**
     * Mean pooling by 2 as torch's with ceil_mode: windows over the edge count only what is inside, which the
     * last line, repeated, has the same effect as.
     *
     * @return [N, ⌈H/2⌉, ⌈W/2⌉, C]
     */
    static Var halved(Tape t, Var x) {
        long n = x.size(0);
        long h = x.size(1);
        long w = x.size(2);
        long c = x.size(3);
        Var even = x;
        if (w % 2 == 1) {
            Var rows = Shapes.reshape(t, even, n * h, w * c);
            Var last = Shapes.sliceChannels(t, rows, Math.toIntExact((w - 1) * c), Math.toIntExact(c));
            w++;
            even = Shapes.reshape(t, Shapes.concatChannels(t, rows, last), n, h, w, c);
        }
        if (h % 2 == 1) {
            Var maps = Shapes.reshape(t, even, n, h * w * c);
            Var last = Shapes.sliceChannels(t, maps, Math.toIntExact((h - 1) * w * c), Math.toIntExact(w * c));
            even = Shapes.reshape(t, Shapes.concatChannels(t, maps, last), n, h + 1, w, c);
        }
        return Shapes.averagePool2x(t, even);
    }

    /** [N, H, W, from] to [N, H, W, to], or half as large where it pools. */
    Var apply(Tape t, Var x) {
        try (Tape.Scope scope = t.scope()) {
            Var h = down ? halved(t, x) : x;
            h = in == null ? h : in.apply(t, h);
            for (Conv2d[] r : resnets) {
                Var inner = Elementwise.activate(t, Activation.RELU, r[0].apply(t, h));
                h = Elementwise.add(t, h, r[1].apply(t, inner));
            }
            return scope.keep(out == null ? h : out.apply(t, h));
        }
    }
}
