package org.ragdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.nn.LoraAdapters;
import org.ragdiff.core.nn.LoraOptions;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.LoraObjective;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** Fine-tuning of the small denoiser by adapters alone. */
class LoraUnetTest {
    private static final DiffusionTrainingOptions OPTIONS =
            DiffusionTrainingOptions.defaults().withBatch(4).withDropout(0.1, 0.1, 0.1, 0);

    /** The same batch at every step. */
    private static DiffusionBatch batch(long seed, long step, int size) {
        SplittableRandom random = StepRandom.of(seed, 0, 1);
        return new DiffusionBatch(
                size,
                6,
                4,
                StepRandom.normals(random, size * 72),
                StepRandom.normals(random, size * 72),
                StepRandom.normals(random, size * 5),
                StepRandom.normals(random, size * 81),
                9,
                null);
    }

    private static double loss(DiffusionObjective objective) {
        try (TensorPool pool = new TensorPool();
                Tape t = Tape.inference(Networks.KERNELS, pool)) {
            return objective.loss(t, 0, new Metrics()).item();
        }
    }

    private static Map<String, float[]> values(DenoisingUnet unet) {
        Map<String, float[]> out = new LinkedHashMap<>();
        unet.parameters().forEach((n, p) -> out.put(n, HostArrays.read(p.value())));
        return out;
    }

    @Test
    void adaptersLearnWhileTheNetworkStaysAndMergeIntoIt(@TempDir Path dir) throws Exception {
        try (DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet())) {
            Networks.randomise(unet, 5, 0.25);
            DiffusionObjective objective =
                    new DiffusionObjective(unet, LoraUnetTest::batch, ScheduleConfig.defaults(), OPTIONS, Map.of());
            double before = loss(objective);
            Map<String, float[]> weights = values(unet);
            LoraOptions options = LoraOptions.ofRank(2).withAlpha(4).withMatch("*.attn?.to_?", "*.attn?.to_out.0");
            try (LoraAdapters adapters = LoraAdapters.attach(new SplittableRandom(2), unet, options)) {
                assertThat(loss(objective)).isEqualTo(before);
                TrainerOptions training = new TrainerOptions(
                        20,
                        2e-2,
                        0,
                        TrainerOptions.Schedule.CONSTANT,
                        0.9,
                        0.99,
                        0,
                        1,
                        0,
                        1,
                        20,
                        0,
                        false,
                        1,
                        0,
                        List.of(),
                        List.of());
                new Trainer(new LoraObjective(objective, adapters), training, Networks.KERNELS, dir)
                        .run(false, (step, m) -> {});
                double adapted = loss(objective);
                assertThat(adapted).isLessThan(0.97 * before);
                values(unet).forEach((n, v) -> assertThat(v).as(n).containsExactly(weights.get(n)));
                adapters.merge(Networks.KERNELS);
                assertThat(loss(objective)).isCloseTo(adapted, within(1e-5 * adapted));
            }
            try (SafetensorsFile f = SafetensorsFile.open(Trainer.weights(dir))) {
                assertThat(f.names())
                        .contains("unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight")
                        .allMatch(n -> n.contains(".lora_"));
                assertThat(f.metadata()).containsKey("lora_adapter_metadata").containsKey("ragdiff.training");
            }
        }
    }
}
