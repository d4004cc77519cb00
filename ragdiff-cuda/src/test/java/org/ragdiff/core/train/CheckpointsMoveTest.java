package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.cuda.emulation.HostCompiler;

/** A training begun on the processor goes on on the (emulated) device and back, as if nothing had happened. */
class CheckpointsMoveTest {
    @TempDir
    Path directory;

    @BeforeAll
    static void emulation() {
        HostCompiler.load();
    }

    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Losses of steps from the last checkpoint, one each three steps, to the one before {@code end}, where it breaks off. */
    private static List<Double> train(String provider, Path directory, int end) throws Exception {
        List<Double> losses = new ArrayList<>();
        TinyObjective objective = new TinyObjective();
        TrainerOptions options = new TrainerOptions(
                9,
                1e-2,
                0,
                TrainerOptions.Schedule.CONSTANT,
                0.9,
                0.99,
                0.01,
                1,
                0.99,
                1,
                3,
                0,
                false,
                1,
                0,
                List.of(),
                List.of());
        try (Kernels kernels =
                KernelProviders.create(KernelProviders.Options.defaults().withProvider(provider))) {
            new Trainer(objective, options, kernels, directory).run(true, (step, metrics) -> {
                if (step == end) {
                    throw new Interrupted();
                }
                losses.add(metrics.get("loss"));
            });
        } catch (Interrupted e) {
            // As if it had been killed.
        }
        objective.module().close();
        return losses;
    }

    @Test
    void fromProcessorToDeviceAndBack() throws Exception {
        List<Double> expected = train("nd4j", directory.resolve("one"), 10);
        Path moved = directory.resolve("moved");
        List<Double> losses = new ArrayList<>(train("nd4j", moved, 4));
        losses.addAll(train("emulated-cuda", moved, 7));
        losses.addAll(train("nd4j", moved, 10));
        assertThat(losses).hasSize(9);
        for (int i = 0; i < 9; i++) {
            assertThat(losses.get(i)).as("loss %d", i).isCloseTo(expected.get(i), within(1e-4 * expected.get(i)));
        }
    }
}
