package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.tensor.CheckedKernels;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;

/** The same network takes the same course on every provider, with all operands checked to be finite. */
class ProvidersTrainAlikeTest {
    private static final int STEPS = 6;

    private static List<Double> losses(KernelProvider provider, Path directory) throws Exception {
        List<Double> losses = new ArrayList<>();
        TinyObjective objective = new TinyObjective();
        try (Kernels kernels = new CheckedKernels(provider.open(Kernels.Precision.F32), true)) {
            new Trainer(objective, TrainingProcess.options(STEPS), kernels, directory.resolve(provider.name()))
                    .run(false, (step, metrics) -> losses.add(metrics.get("loss")));
        }
        objective.module().close();
        return losses;
    }

    @Test
    void lossesAgreeStepByStep(@TempDir Path directory) throws Exception {
        List<KernelProvider> available = KernelProviders.installed().stream()
                .filter(p -> p.unavailableReason().isEmpty())
                .toList();
        List<Double> expected = losses(available.get(0), directory);
        assertThat(expected).hasSize(STEPS);
        for (KernelProvider p : available.subList(1, available.size())) {
            List<Double> actual = losses(p, directory);
            for (int i = 0; i < STEPS; i++) {
                assertThat(actual.get(i))
                        .as("loss %d on %s", i, p.name())
                        .isCloseTo(expected.get(i), within(1e-4 * expected.get(i)));
            }
        }
    }
}
