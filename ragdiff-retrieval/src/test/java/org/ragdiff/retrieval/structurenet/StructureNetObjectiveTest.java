package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig.Kind;

class StructureNetObjectiveTest {
    private static final double STEP = 2e-2;

    private final Kernels kernels = new ScalarKernels();

    @ParameterizedTest
    @ValueSource(strings = {"conv", "vit"})
    void gradientEqualsCentralDifferencesInEveryParameter(String backbone) {
        StructureNetConfig config = TinyNets.config();
        config = config.withWild(config.wild().withBackbone(backbone))
                .withStandard(config.standard().withBackbone(backbone));
        gradientEqualsCentralDifferences(TinyNets.net(5, config), "");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void gradientReachesEveryParameterOfALoadedTower(Kind kind, @TempDir Path folder) throws IOException {
        StructureNetConfig loaded = TinyCheckpoints.config(TinyCheckpoints.write(folder, kind), true);
        StructureNetConfig config = TinyNets.config().withWild(loaded.wild());
        gradientEqualsCentralDifferences(StructureNet.begin(new SplittableRandom(5), config), "wild.");
    }

    /** Of the parameters whose names begin so. */
    private void gradientEqualsCentralDifferences(StructureNet net, String beginning) {
        StructureNetConfig config = net.config();
        fillZeros(net);
        StructureBatchSource batches = SampleBatches.training(i -> TinyNets.sample(i, 32, i % 2 == 0), config, 3, 7);
        StructureNetObjective objective =
                new StructureNetObjective(net, batches, StructureNetTrainingOptions.defaults(), List.of(), kernels);
        net.requireGrad(true);
        try (TensorPool pool = new TensorPool()) {
            try (Tape tape = Tape.training(kernels, pool)) {
                tape.backward(objective.loss(tape, 3, new Metrics()));
            }
            DoubleSupplier loss = () -> {
                try (Tape tape = Tape.inference(kernels, pool)) {
                    return objective.loss(tape, 3, new Metrics()).item();
                }
            };
            SplittableRandom random = new SplittableRandom(9);
            net.parameters().forEach((name, p) -> {
                if (!name.startsWith(beginning)) {
                    return;
                }
                float[] v = HostArrays.read(p.value());
                int i = random.nextInt(v.length);
                double slope = HostArrays.read(p.grad())[i];
                float kept = v[i];
                // Fourth-order differences: the losses are single-precision numbers of a few units.
                double[] at = new double[4];
                float[] steps = {-2, -1, 1, 2};
                for (int s = 0; s < 4; s++) {
                    v[i] = (float) (kept + steps[s] * STEP);
                    HostArrays.write(p.value(), v);
                    at[s] = loss.getAsDouble();
                }
                v[i] = kept;
                HostArrays.write(p.value(), v);
                double numeric = (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * STEP);
                assertThat(slope)
                        .as("%s[%d]", name, i)
                        .isCloseTo(numeric, within(3e-2 * Math.max(0.05, Math.abs(numeric))));
            });
        }
        net.close();
    }

    /** Zero-initialised layers would hide the gradients of all that comes before them. */
    private static void fillZeros(StructureNet net) {
        SplittableRandom random = new SplittableRandom(1);
        net.parameters().forEach((name, p) -> {
            float[] v = HostArrays.read(p.value());
            for (int i = 0; i < v.length; i++) {
                v[i] += (float) (0.1 * random.nextGaussian());
            }
            if (!name.equals("logit_scale")) {
                HostArrays.write(p.value(), v);
            }
        });
    }
}
