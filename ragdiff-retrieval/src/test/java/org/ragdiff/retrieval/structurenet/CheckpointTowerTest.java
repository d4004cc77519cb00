package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.nn.ImageTower;
import org.ragdiff.core.nn.ImageTowers;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.diffusers.vision.ImageProcessor;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig.Kind;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;

/** Towers that were trained elsewhere inside a StructureNet. */
class CheckpointTowerTest {
    private static final int SIDE = TinyCheckpoints.SIDE;

    private final Kernels kernels = new ScalarKernels();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void seesWhatTheEncoderOfTheFolderSees(Kind kind) throws IOException {
        TinyCheckpoints.write(folder, kind);
        byte[] rgb = new byte[SIDE * SIDE * 3];
        new SplittableRandom(3).nextBytes(rgb);
        RgbImage photo = new RgbImage(SIDE, SIDE, rgb);
        float[] values = new float[rgb.length];
        new PhotoInput(SIDE).write(photo, values, 0);
        float[] prepared = ImageProcessor.load(folder).apply(photo).values();
        try (VisionEncoder encoder = VisionEncoder.load(folder);
                StructureNet net = begin(TinyCheckpoints.config(folder, false));
                TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(kernels, pool)) {
            VisionEncoder.Features expected = encoder.apply(tape, pictures(tape, prepared, 1, SIDE, SIDE));
            ImageTower.Features seen = tower(net, "wild").see(tape, pictures(tape, values, 1, SIDE, SIDE));
            close(seen.pooled(), HostArrays.read(expected.pooled().value()));
            float[] all = HostArrays.read(expected.lastHiddenState().value());
            int own = Math.toIntExact(seen.tokens().value().length());
            close(seen.tokens(), Arrays.copyOfRange(all, all.length - own, all.length));
            int grid = SIDE / TinyCheckpoints.shape(kind).patchSize();
            assertThat(seen.tokens().shape()).containsExactly(1, grid, grid, 8);
        }
    }

    private static void close(Var seen, float[] expected) {
        assertThat(HostArrays.read(seen.value())).containsExactly(expected, within(1e-5f));
    }

    /** The towers' outputs as transformers computed them; CLIP's also through a StructureNet, whose side its is. */
    @Test
    void seesWhatTransformersSee() throws IOException {
        Path fixtures = SharedFiles.require("fixtures/vision-encoders");
        for (JsonNode c :
                SharedFiles.json("fixtures/vision-encoders/cases.json").get("cases")) {
            FixtureTensors f =
                    FixtureTensors.file(fixtures.resolve(c.get("file").asText()));
            Path checkpoint = fixtures.resolve(c.get("checkpoint").asText());
            double[] pooled =
                    f.values(f.has("out.image_embeds_f64") ? "out.image_embeds_f64" : "out.pooler_output_f64");
            int[] s = f.shape("in.pixel_values");
            float[] values = undone(f.values("in.pixel_values"), s, ImageProcessor.load(checkpoint));
            try (TensorPool pool = new TensorPool();
                    Tape tape = Tape.inference(kernels, pool);
                    ImageTower tower = ImageTowers.installed().load(checkpoint)) {
                Var pictures = pictures(tape, values, s[0], s[2], s[3]);
                golden(tower.apply(tape, pictures).pooled(), pooled);
                if (s[3] == SIDE) {
                    try (StructureNet net = begin(TinyCheckpoints.config(checkpoint, false))) {
                        golden(tower(net, "wild").see(tape, pictures).pooled(), pooled);
                    }
                }
            }
        }
    }

    private static void golden(Var pooled, double[] expected) {
        double largest = 0;
        for (double v : expected) {
            largest = Math.max(largest, Math.abs(v));
        }
        float[] out = HostArrays.read(pooled.value());
        assertThat(out).hasSameSizeAs(expected);
        for (int i = 0; i < out.length; i++) {
            assertThat((double) out[i]).isCloseTo(expected[i], within(2e-5 * largest));
        }
    }

    /** Prepared pixels [N, 3, H, W] as the pictures [N, H, W, 3] in [-1, 1] that they were made of. */
    private static float[] undone(double[] pixels, int[] s, ImageProcessor processor) {
        float[] out = new float[pixels.length];
        int area = s[2] * s[3];
        for (int i = 0; i < pixels.length; i++) {
            int c = i / area % 3;
            int to = (i / area / 3 * area + i % area) * 3 + c;
            out[to] = (float)
                    (2 * (pixels[i] * processor.deviation()[c] + processor.mean()[c]) - 1);
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFrozenTowerStaysAndTheRestLearns(Kind kind) throws IOException {
        TinyCheckpoints.write(folder, kind);
        try (StructureNet net = begin(TinyCheckpoints.config(folder, false))) {
            Map<String, float[]> before = weights(net);
            assertThat(train(net, 20)).isLessThan(0.8);
            Map<String, float[]> after = weights(net);
            before.forEach((name, w) -> {
                if (name.contains(".image.")) {
                    assertThat(after.get(name)).as(name).isEqualTo(w);
                }
            });
            assertThat(after.get("wild.head.weight")).isNotEqualTo(before.get("wild.head.weight"));
            assertThat(after.get("mask_out.weight")).isNotEqualTo(before.get("mask_out.weight"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTrainableTowerLearns(Kind kind) throws IOException {
        TinyCheckpoints.write(folder, kind);
        try (StructureNet net = begin(TinyCheckpoints.config(folder, true))) {
            Map<String, float[]> before = weights(net);
            assertThat(train(net, 20)).isLessThan(0.8);
            Map<String, float[]> after = weights(net);
            List<String> unmoved = before.keySet().stream()
                    .filter(name -> Arrays.equals(before.get(name), after.get(name)))
                    .filter(name -> !name.endsWith("mask_token"))
                    .toList();
            assertThat(unmoved).isEmpty();
        }
    }

    /** Loss of a training's last step as a share of its first. */
    private double train(StructureNet net, int steps) throws IOException {
        SampleBatches batches = SampleBatches.plain(i -> TinyNets.sample(i % 4, SIDE, true), net.config(), 4);
        StructureNetObjective objective =
                new StructureNetObjective(net, batches, StructureNetTrainingOptions.defaults(), List.of(), kernels);
        TrainerOptions options = new TrainerOptions(
                steps,
                1e-2,
                2,
                TrainerOptions.Schedule.CONSTANT,
                0.9,
                0.99,
                0.01,
                1,
                0,
                1,
                steps,
                0,
                false,
                1,
                2,
                List.of(),
                List.of());
        Map<String, Double> first = new LinkedHashMap<>();
        Map<String, Double> last = new LinkedHashMap<>();
        new Trainer(objective, options, kernels, folder.resolve("out")).run(false, (step, metrics) -> {
            metrics.forEach(first::putIfAbsent);
            last.putAll(metrics);
        });
        return last.get("loss") / first.get("loss");
    }

    private static Map<String, float[]> weights(StructureNet net) {
        Map<String, float[]> all = new LinkedHashMap<>();
        net.state().forEach((name, w) -> all.put(name, HostArrays.read(w)));
        return all;
    }

    @Test
    void aTowerThatIsNotTrainedKeepsNoActivations() throws IOException {
        TinyCheckpoints.write(folder, Kind.CLIP);
        Loss trained = loss(true, false);
        Loss frozen = loss(false, false);
        Loss again = loss(true, true);
        assertThat(frozen.bytes()).isLessThan(trained.bytes());
        assertThat(again.bytes()).isLessThan(trained.bytes());
        assertThat(frozen.gradients()).hasSizeLessThan(trained.gradients().size());
        frozen.gradients()
                .forEach((name, g) ->
                        assertThat(trained.gradients().get(name)).as(name).isEqualTo(g));
        trained.gradients()
                .forEach((name, g) ->
                        assertThat(again.gradients().get(name)).as(name).isEqualTo(g));
    }

    /** Memory of the forward pass of a loss, and what the backward pass gives. */
    private record Loss(long bytes, Map<String, float[]> gradients) {}

    private Loss loss(boolean trainable, boolean checkpointing) throws IOException {
        try (StructureNet net = begin(TinyCheckpoints.config(folder, trainable));
                TensorPool pool = new TensorPool();
                Tape tape = Tape.training(kernels, pool, checkpointing)) {
            net.requireGrad(true);
            SampleBatches batches = SampleBatches.plain(i -> TinyNets.sample(i, SIDE, true), net.config(), 4);
            StructureNetTrainingOptions options = StructureNetTrainingOptions.defaults();
            Var loss =
                    new StructureNetObjective(net, batches, options, List.of(), kernels).loss(tape, 0, new Metrics());
            long bytes = pool.allocatedBytes();
            tape.backward(loss);
            Map<String, float[]> gradients = new LinkedHashMap<>();
            net.parameters().forEach((name, p) -> {
                if (p.grad() != null) {
                    gradients.put(name, HostArrays.read(p.grad()));
                }
            });
            return new Loss(bytes, gradients);
        }
    }

    @Test
    void theSilhouetteCountsBesideTheColours() throws IOException {
        TinyCheckpoints.write(folder, Kind.SIGLIP);
        byte[] white = new byte[SIDE * SIDE * 3];
        Arrays.fill(white, (byte) -1);
        boolean[] left = new boolean[SIDE * SIDE];
        boolean[] right = new boolean[SIDE * SIDE];
        for (int i = 0; i < left.length; i++) {
            left[i] = i % SIDE < SIDE / 2;
            right[i] = !left[i];
        }
        RgbImage image = new RgbImage(SIDE, SIDE, white);
        try (StructureNetEncoder encoder =
                new StructureNetEncoder(begin(TinyCheckpoints.config(folder, false)), "tiny", kernels)) {
            List<float[]> e = encoder.encodeStandards(
                    List.of(image, image),
                    List.of(new Silhouette(SIDE, SIDE, left), new Silhouette(SIDE, SIDE, right)));
            assertThat(e.get(0)).isNotEqualTo(e.get(1));
        }
    }

    @Test
    void badFoldersAreRefusedWithWhatIsExpected() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> begin(TinyCheckpoints.config(nowhere, false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nowhere.toString());
        TinyCheckpoints.write(folder, Kind.DINOV2);
        Files.delete(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> begin(TinyCheckpoints.config(folder, false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no weights under any of the names");
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"bert\"}");
        assertThatThrownBy(() -> begin(TinyCheckpoints.config(folder, false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("model_type is \"bert\"")
                .hasMessageContaining("dinov2");
    }

    @Test
    void aSideThatDoesNotSuitTheTowerIsRefused() throws IOException {
        TinyCheckpoints.write(folder, Kind.DINOV2);
        StructureNetConfig config = TinyCheckpoints.config(folder, false);
        for (int side : new int[] {32, 48, 64}) {
            begin(config.withWild(config.wild().withSide(side))).close();
        }
        assertThatThrownBy(() -> config.wild().withSide(40)).hasMessageContaining("multiple of 16");
        Path fixture = SharedFiles.require("fixtures/vision-encoders/siglip");
        assertThatThrownBy(() -> begin(TinyCheckpoints.config(fixture, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("side 32 does not suit a checkpoint for pictures of 28 pixels")
                .hasMessageContaining("a multiple of 16 and of 7");
    }

    @Test
    void configurationsThatContradictThemselvesAreRefused() {
        TowerConfig own = TinyNets.config().wild();
        assertThatThrownBy(() -> own.withBackbone("checkpoint")).hasMessageContaining("checkpoint: {folder");
        assertThatThrownBy(() -> own.withCheckpoint(new TowerCheckpoint(folder, true)))
                .hasMessageContaining("conv loads no checkpoint");
        assertThatThrownBy(() -> new TowerCheckpoint(null, true)).hasMessageContaining("neither");
        assertThatThrownBy(() -> TinyNets.net(1, TinyCheckpoints.config(folder, true)))
                .hasMessageContaining("StructureNet.begin");
    }

    private static StructureNet begin(StructureNetConfig config) throws IOException {
        return StructureNet.begin(new SplittableRandom(5), config);
    }

    private static CheckpointTower tower(StructureNet net, String name) {
        return net.parts(CheckpointTower.class).get(name);
    }

    private static Var pictures(Tape t, float[] values, int n, int h, int w) {
        INDArray a = t.allocate(n, h, w, 3);
        HostArrays.write(a, values);
        return t.constant(a);
    }
}
