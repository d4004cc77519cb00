package org.ragdiff.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.OneThread;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.LoraObjective;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.core.train.TrainingListener;

/** Adapters of a network of two attention layers, against the definition and against the network alone. */
class LoraAdaptersTest {
    private static final int CHANNELS = 8;
    private static final int TOKENS = 5;

    /** Shared, since it makes its primitives anew. */
    private static Kernels kernels;

    private final Blocks network = new Blocks();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        network.close();
    }

    @BeforeAll
    static void open() {
        kernels = OneThread.kernels();
    }

    @AfterAll
    static void closeKernels() {
        kernels.close();
    }

    private static final class Blocks extends Module {
        final Attention first = child("blocks.0.attn1", new Attention(new SplittableRandom(1), CHANNELS, CHANNELS, 2));
        final Attention second = child("blocks.1.attn1", new Attention(new SplittableRandom(2), CHANNELS, CHANNELS, 2));
        final Linear out = child("proj_out", new Linear(new SplittableRandom(3), CHANNELS, CHANNELS));

        Var apply(Tape t, Var x) {
            Var h = first.apply(t, x, first.project(t, x), null);
            h = second.apply(t, h, second.project(t, h), null);
            return out.apply(t, h);
        }
    }

    private static float[] normals(long seed, int n) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    private static INDArray input(Tape t) {
        INDArray x = t.allocate(2, TOKENS, CHANNELS);
        HostArrays.write(x, normals(9, 2 * TOKENS * CHANNELS));
        return x;
    }

    private float[] output() {
        try (TensorPool pool = new TensorPool();
                Tape t = Tape.inference(kernels, pool)) {
            return HostArrays.read(network.apply(t, t.constant(input(t))).value());
        }
    }

    private static Map<String, float[]> values(Module m) {
        Map<String, float[]> out = new LinkedHashMap<>();
        m.parameters().forEach((n, p) -> out.put(n, HostArrays.read(p.value())));
        return out;
    }

    /** B as training might leave it. */
    private static void randomise(LoraAdapters adapters) {
        adapters.parameters().forEach((n, p) -> HostArrays.write(p.value(), normals(n.hashCode(), (int) p.length())));
    }

    @Test
    void newAdaptersChangeNothingAndTheNetworkDoesNotKnowThem() {
        float[] before = output();
        Map<String, float[]> weights = values(network);
        try (LoraAdapters adapters = LoraAdapters.attach(
                new SplittableRandom(4), network, LoraOptions.ofRank(3).withAlpha(6))) {
            assertThat(output()).containsExactly(before);
            assertThat(values(network).keySet()).isEqualTo(weights.keySet());
            assertThat(adapters.layers())
                    .hasSize(8)
                    .contains("blocks.0.attn1.to_q", "blocks.1.attn1.to_out.0")
                    .doesNotContain("proj_out");
            assertThat(adapters.parameters().keySet())
                    .hasSize(16)
                    .contains("unet.blocks.0.attn1.to_q.lora_A.weight", "unet.blocks.1.attn1.to_out.0.lora_B.weight");
            adapters.parameters().forEach((name, p) -> {
                if (name.endsWith("lora_B.weight")) {
                    assertThat(p.shape()).containsExactly(CHANNELS, 3);
                    assertThat(HostArrays.read(p.value())).containsOnly(0);
                } else {
                    assertThat(p.shape()).containsExactly(3, CHANNELS);
                    // torch.nn.Linear's bound: kaiming_uniform_ with a = √5 is ±1/√in.
                    float bound = (float) (1 / Math.sqrt(CHANNELS));
                    for (float v : HostArrays.read(p.value())) {
                        assertThat(v).isBetween(-bound, bound).isNotZero();
                    }
                }
            });
        }
    }

    /** y + α/r · B·(A·x), by plain sums. */
    @Test
    void anAdapterAddsWhatThePaperSays() {
        try (LoraAdapters adapters = LoraAdapters.attach(
                        new SplittableRandom(4),
                        network,
                        LoraOptions.ofRank(2).withAlpha(3).withMatch("proj_out"));
                TensorPool pool = new TensorPool();
                Tape t = Tape.inference(kernels, pool)) {
            randomise(adapters);
            INDArray x = input(t);
            float[] xs = HostArrays.read(x);
            float[] w = values(network).get("proj_out.weight");
            float[] bias = values(network).get("proj_out.bias");
            float[] a = values(adapters).get("unet.proj_out.lora_A.weight");
            float[] b = values(adapters).get("unet.proj_out.lora_B.weight");
            float[] got = HostArrays.read(network.out.apply(t, t.constant(x)).value());
            for (int row = 0; row < 2 * TOKENS; row++) {
                for (int o = 0; o < CHANNELS; o++) {
                    double y = bias[o];
                    for (int i = 0; i < CHANNELS; i++) {
                        double weight = w[o * CHANNELS + i];
                        for (int r = 0; r < 2; r++) {
                            weight += 3.0 / 2 * b[o * 2 + r] * a[r * CHANNELS + i];
                        }
                        y += weight * xs[row * CHANNELS + i];
                    }
                    assertThat((double) got[row * CHANNELS + o]).isCloseTo(y, within(1e-5 * (1 + Math.abs(y))));
                }
            }
        }
    }

    @Test
    void mergedWeightsComputeWhatTheAdaptersDid() {
        float[] before = output();
        try (LoraAdapters adapters = LoraAdapters.attach(new SplittableRandom(4), network, LoraOptions.ofRank(2))) {
            randomise(adapters);
            float[] adapted = output();
            assertThat(adapted).isNotEqualTo(before);
            adapters.merge(kernels);
            assertThat(adapters.layers()).isEmpty();
            float scale = 0;
            for (float v : adapted) {
                scale = Math.max(scale, Math.abs(v));
            }
            assertThat(output()).containsExactly(adapted, within(1e-5f * scale));
        }
    }

    @Test
    void detachedTheNetworkIsAsItWas() {
        float[] before = output();
        LoraAdapters adapters = LoraAdapters.attach(new SplittableRandom(4), network, LoraOptions.ofRank(2));
        randomise(adapters);
        assertThatThrownBy(() -> LoraAdapters.attach(new SplittableRandom(4), network, LoraOptions.ofRank(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blocks.0.attn1.to_q has an adapter already");
        assertThat(output()).isNotEqualTo(before);
        adapters.close();
        assertThat(output()).containsExactly(before);
    }

    /** The mean square of the network's output, which adapters can bring down. */
    private final class Smaller implements Objective {
        @Override
        public Module module() {
            return network;
        }

        @Override
        public Var loss(Tape t, long step, Metrics metrics) {
            INDArray zeros = t.allocate(2, TOKENS, CHANNELS);
            HostArrays.write(zeros, new float[2 * TOKENS * CHANNELS]);
            return org.ragdiff.core.tensor.Losses.meanSquaredError(
                    t, network.apply(t, t.constant(input(t))), zeros, null);
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("ragdiff.test", "smaller");
        }
    }

    @Test
    void trainingChangesTheAdaptersAloneAndTheirFileIsLoaded() throws IOException {
        Map<String, float[]> before = values(network);
        double[] loss = new double[2];
        LoraOptions options = LoraOptions.ofRank(4).withAlpha(8);
        TrainerOptions training = new TrainerOptions(
                60,
                1e-2,
                0,
                TrainerOptions.Schedule.CONSTANT,
                0.9,
                0.99,
                0,
                1,
                0,
                1,
                60,
                0,
                false,
                1,
                2,
                List.of(),
                List.of());
        float[] trained;
        try (LoraAdapters adapters = LoraAdapters.attach(new SplittableRandom(4), network, options)) {
            TrainingListener listener = (step, m) -> {
                loss[0] = step == 1 ? m.get("loss") : loss[0];
                loss[1] = m.get("loss");
            };
            new Trainer(new LoraObjective(new Smaller(), adapters), training, kernels, directory).run(false, listener);
            trained = output();
        }
        assertThat(loss[1]).isLessThan(0.5 * loss[0]);
        values(network).forEach((n, v) -> assertThat(v).as(n).containsExactly(before.get(n)));
        try (SafetensorsFile f = SafetensorsFile.open(directory.resolve("checkpoint.safetensors"))) {
            assertThat(f.names()).hasSize(3 * 16).allMatch(n -> n.contains(".lora_"));
        }
        try (LoraAdapters loaded = LoraAdapters.load(Trainer.weights(directory), network)) {
            assertThat(loaded.layers()).hasSize(8);
            assertThat(output()).as("stored as float16").containsExactly(trained, within(2e-3f));
        }
    }

    /** What diffusers and PEFT read of the metadata: r, lora_alpha and the names of layers. */
    @Test
    void theMetadataAreThoseOfDiffusers() throws IOException {
        try (LoraAdapters adapters = LoraAdapters.attach(
                new SplittableRandom(4), network, LoraOptions.ofRank(2).withAlpha(5))) {
            Map<String, String> meta = adapters.metadata();
            assertThat(meta).containsEntry("format", "pt");
            JsonNode json = new ObjectMapper().readTree(meta.get("lora_adapter_metadata"));
            assertThat(json.get("unet.r").asInt()).isEqualTo(2);
            assertThat(json.get("unet.lora_alpha").asDouble()).isEqualTo(5);
            assertThat(json.get("unet.target_modules").get(0).asText()).isEqualTo("blocks.0.attn1.to_q");
        }
    }

    private Path file(Map<String, long[]> shapes, Map<String, String> metadata) throws IOException {
        Path file = directory.resolve("lora.safetensors");
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
            HostArrays.write(a, normals(name.length(), (int) a.length()));
            tensors.put(name, a);
        });
        SafetensorsWriter.write(file, tensors, Dtype.F32, metadata);
        tensors.values().forEach(INDArray::close);
        return file;
    }

    /** Keys as PEFT's save_pretrained writes them, without alpha. */
    @Test
    void filesOfPeftAreLoadedWithTheRankAsAlpha() throws IOException {
        Path file = file(
                Map.of(
                        "base_model.model.proj_out.lora_A.weight", new long[] {3, CHANNELS},
                        "base_model.model.proj_out.lora_B.weight", new long[] {CHANNELS, 3}),
                Map.of());
        float[] before = output();
        try (LoraAdapters adapters = LoraAdapters.load(file, network)) {
            assertThat(adapters.layers()).containsExactly("proj_out");
            JsonNode json = new ObjectMapper().readTree(adapters.metadata().get("lora_adapter_metadata"));
            assertThat(json.get("unet.lora_alpha").asDouble()).isEqualTo(3);
            assertThat(output()).isNotEqualTo(before);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        assertThatThrownBy(() -> LoraAdapters.attach(
                        new SplittableRandom(4), network, LoraOptions.ofRank(2).withMatch("*.to_p")))
                .hasMessageContaining("\"*.to_p\" of the low-rank adapters matches none of 9 names")
                .hasMessageContaining("blocks.0.attn1.to_");
        assertThatThrownBy(() -> LoraOptions.ofRank(0)).hasMessageContaining("rank must be in 1..4096");
        assertThatThrownBy(() -> LoraOptions.ofRank(2).withAlpha(0)).hasMessageContaining("alpha must be positive");
        Path unknown = file(Map.of("unet.proj_in.lora_A.weight", new long[] {3, CHANNELS}), Map.of());
        assertThatThrownBy(() -> LoraAdapters.load(unknown, network))
                .hasMessageContaining("\"proj_in\" of the adapters of ")
                .hasMessageContaining("close ones are [proj_out");
        Path half = file(Map.of("unet.proj_out.lora_A.weight", new long[] {3, CHANNELS}), Map.of());
        assertThatThrownBy(() -> LoraAdapters.load(half, network))
                .hasMessageContaining("but not unet.proj_out.lora_B.weight");
        Path shape = file(
                Map.of(
                        "proj_out.lora_A.weight", new long[] {3, CHANNELS + 1},
                        "proj_out.lora_B.weight", new long[] {CHANNELS, 3}),
                Map.of());
        assertThatThrownBy(() -> LoraAdapters.load(shape, network)).hasMessageContaining("cannot be read into");
        Path none = file(Map.of("proj_out.weight", new long[] {CHANNELS, CHANNELS}), Map.of());
        assertThatThrownBy(() -> LoraAdapters.load(none, network)).hasMessageContaining("holds no low-rank adapters");
        try (LoraAdapters again = LoraAdapters.attach(new SplittableRandom(1), network, LoraOptions.ofRank(1))) {
            assertThat(again.layers()).as("nothing was left behind").hasSize(8);
        }
    }
}
