package org.ragdiff.core.train;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.FeedForward;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A network with one layer of each kind that regresses the mean of a random picture and its contrast; every
 * step has a picture of its own.
 */
final class TinyObjective implements Objective {
    private static final int BATCH = 4;
    private static final int SIZE = 10;
    private static final int CHANNELS = 8;

    private static final class Network extends Module {
        private final Conv2d in;
        private final ResnetBlock block;
        private final LayerNorm norm;
        private final Attention attention;
        private final FeedForward feedForward;
        private final Linear out;

        Network(SplittableRandom random) {
            in = child("in", new Conv2d(random, 3, CHANNELS, 3));
            block = child("block", new ResnetBlock(random, CHANNELS, CHANNELS, 0, 4, 1e-5));
            norm = child("norm", new LayerNorm(CHANNELS, 1e-5));
            attention = child("attention", new Attention(random, CHANNELS, CHANNELS, 2));
            feedForward = child("ff", new FeedForward(random, CHANNELS, 2));
            out = child("out", new Linear(random, CHANNELS, 2));
        }

        Var apply(Tape t, Var x) {
            Var h = block.apply(t, in.apply(t, x), null);
            Var tokens = Shapes.tokens(t, Shapes.averagePool2x(t, h));
            Var n = norm.apply(t, tokens);
            tokens = Elementwise.add(t, tokens, attention.apply(t, n, attention.project(t, n), null));
            tokens = Elementwise.add(t, tokens, feedForward.apply(t, norm.apply(t, tokens)));
            return out.apply(t, Shapes.meanTokens(t, tokens));
        }
    }

    private final Network network = new Network(new SplittableRandom(5));

    @Override
    public Module module() {
        return network;
    }

    @Override
    public Var loss(Tape t, long step, Metrics metrics) {
        return loss(t, step, pixels -> {});
    }

    /** @param change of the pictures' pixels */
    Var loss(Tape t, long step, Consumer<float[]> change) {
        SplittableRandom random = new SplittableRandom(1000 + step);
        float[] pixels = new float[BATCH * SIZE * SIZE * 3];
        float[] targets = new float[BATCH * 2];
        for (int n = 0; n < BATCH; n++) {
            targets[2 * n] = (float) random.nextDouble(-1, 1);
            targets[2 * n + 1] = (float) random.nextDouble();
            for (int i = 0; i < SIZE * SIZE * 3; i++) {
                pixels[n * SIZE * SIZE * 3 + i] = (float) (targets[2 * n] + targets[2 * n + 1] * random.nextGaussian());
            }
        }
        change.accept(pixels);
        INDArray x = t.allocate(BATCH, SIZE, SIZE, 3);
        INDArray y = t.allocate(BATCH, 2);
        HostArrays.write(x, pixels);
        HostArrays.write(y, targets);
        return Losses.meanSquaredError(t, network.apply(t, t.constant(x)), y, null);
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of("ragdiff.test", "tiny");
    }
}
