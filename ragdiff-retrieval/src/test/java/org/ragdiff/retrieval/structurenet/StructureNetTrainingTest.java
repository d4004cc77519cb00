package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;

class StructureNetTrainingTest {
    private static final int STEPS = 120;

    private final Kernels kernels = new ScalarKernels();

    @TempDir
    Path folder;

    @Test
    void eightGarmentsAreLearnedByHeart() throws IOException {
        StructureNetConfig config = TinyNets.config()
                .withWild(new TowerConfig(32, List.of(4, 8, 8, 8), List.of(0, 0, 0), 24))
                .withStandard(new TowerConfig(32, List.of(4, 8, 8, 8), List.of(0, 0, 0), 24));
        StructureBatchSource batches = SampleBatches.plain(i -> TinyNets.sample(i % 8, 32, true), config, 8);
        try (StructureNet net = TinyNets.net(2, config)) {
            StructureNetObjective objective = new StructureNetObjective(
                    net, batches, StructureNetTrainingOptions.defaults(), List.of(batches.batch(0)), kernels);
            TrainerOptions options = new TrainerOptions(
                    STEPS,
                    2e-2,
                    5,
                    TrainerOptions.Schedule.COSINE,
                    0.9,
                    0.99,
                    0,
                    1,
                    0,
                    10,
                    STEPS,
                    STEPS,
                    false,
                    1,
                    2,
                    List.of(),
                    List.of());
            Map<String, Double> first = new LinkedHashMap<>();
            Map<String, Double> last = new LinkedHashMap<>();
            new Trainer(objective, options, kernels, folder).run(false, (step, metrics) -> {
                metrics.forEach(first::putIfAbsent);
                last.putAll(metrics);
            });
            assertThat(last.get("fieldStandard")).isLessThan(0.3 * first.get("fieldStandard"));
            assertThat(last.get("heldOutRecallAt1")).isEqualTo(1);
            assertThat(last.get("heldOutStandardFieldIou")).isGreaterThan(0.8);
            assertThat(last.get("heldOutReadFieldIou")).isGreaterThan(0.8);
            assertThat(last.get("heldOutCategoryAccuracy")).isEqualTo(1);
        }
        try (StructureNetEncoder encoder = StructureNetEncoder.load(folder, kernels)) {
            assertThat(encoder.dimension()).isEqualTo(config.dimension());
        }
    }
}
