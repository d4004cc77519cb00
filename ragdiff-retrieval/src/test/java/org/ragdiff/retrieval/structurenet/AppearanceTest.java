package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureEncoderContract;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;

class AppearanceTest extends StructureEncoderContract {
    private static final int GARMENTS = 12;
    private static final int STEPS = 40;

    private final Kernels kernels = new ScalarKernels();

    @TempDir
    Path folder;

    @Override
    protected StructureEncoder encoder() {
        return new StructureNetEncoder(TinyNets.net(3, TinyNets.withAppearance()), "tiny", kernels);
    }

    private static AppearanceTrainingOptions options(int hard, int part) {
        return new AppearanceTrainingOptions(1, AppearanceTrainingOptions.Loss.INFO_NCE, hard, 10, part, 0.5, 0.3);
    }

    private AppearanceObjective objective(StructureNet net, AppearanceTrainingOptions options) {
        return new AppearanceObjective(
                net,
                step -> batch(net, step, 6),
                GARMENTS,
                i -> TinyNets.sample(i, 32, true),
                options,
                List.of(SampleBatches.plain(i -> TinyNets.sample(GARMENTS + i, 32, true), net.config(), 8)
                        .batch(0)),
                kernels);
    }

    private static AppearanceBatch batch(StructureNet net, long step, int size) {
        return new AppearanceBatch(
                SampleBatches.trueColours(i -> TinyNets.sample(i % GARMENTS, 32, true), net.config(), size, 5)
                        .batch(step),
                IntStream.range(0, size)
                        .map(i -> (int) ((step * size + i) % GARMENTS))
                        .toArray());
    }

    private Map<String, float[]> gradients(AppearanceTrainingOptions options) {
        Map<String, float[]> out = new LinkedHashMap<>();
        try (StructureNet net = TinyNets.net(3, TinyNets.withAppearance());
                TensorPool pool = new TensorPool();
                Tape tape = Tape.training(kernels, pool)) {
            AppearanceObjective objective = objective(net, options);
            objective.trained().requireGrad(true);
            tape.backward(objective.loss(tape, 0, new Metrics()));
            net.parameters().forEach((name, p) -> {
                if (p.grad() != null) {
                    out.put(name, HostArrays.read(p.grad()));
                }
            });
        }
        return out;
    }

    @Test
    void gradientsOfPartsAreThoseOfTheWholeBatch() {
        Map<String, float[]> whole = gradients(options(4, 6));
        assertThat(whole.keySet()).isNotEmpty().allMatch(name -> name.startsWith("appearance."));
        for (int part : new int[] {1, 4}) {
            Map<String, float[]> cached = gradients(options(4, part));
            whole.forEach((name, expected) -> {
                double largest = 0;
                for (float v : expected) {
                    largest = Math.max(largest, Math.abs(v));
                }
                assertThat(cached.get(name))
                        .as("%s in parts of %d", name, part)
                        .containsExactly(expected, within((float) (1e-5 * Math.max(1, largest))));
                if (!name.contains("logit_bias")) {
                    assertThat(largest).as(name).isPositive();
                }
            });
        }
    }

    @Test
    void innerProductsAreTheMeansOfStructureAndAppearance() {
        StructureNetConfig config = TinyNets.withAppearance();
        try (StructureEncoder whole = encoder();
                StructureNet plain = TinyNets.net(3, TinyNets.config());
                StructureEncoder structure = new StructureNetEncoder(plain, "plain", kernels)) {
            assertThat(whole.structureDimension()).isEqualTo(config.dimension());
            assertThat(whole.dimension())
                    .isEqualTo(config.dimension() + config.appearance().dimension());
            StructureSample a = TinyNets.sample(1, 40, false);
            StructureSample b = TinyNets.sample(2, 40, false);
            List<float[]> e =
                    whole.encodeStandards(List.of(a.standard(), b.standard()), List.of(a.silhouette(), b.silhouette()));
            List<float[]> s = structure.encodeStandards(
                    List.of(a.standard(), b.standard()), List.of(a.silhouette(), b.silhouette()));
            int d = config.dimension();
            double appearance = dot(e.get(0), e.get(1), d, whole.dimension());
            assertThat(dot(e.get(0), e.get(1), 0, d)).isCloseTo(dot(s.get(0), s.get(1), 0, d) / 2, within(1e-6));
            assertThat(dot(e.get(0), e.get(0), d, whole.dimension())).isCloseTo(0.5, within(1e-6));
            assertThat(Math.abs(appearance)).isLessThan(0.5);
            // Another colour leaves the photo's structure part as it was told apart from the appearance part.
            float[] photo = whole.encodePhotos(List.of(a.photo()), List.of(GarmentAttributes.UNKNOWN))
                    .get(0)
                    .embedding();
            float[] alone = structure
                    .encodePhotos(List.of(a.photo()), List.of(GarmentAttributes.UNKNOWN))
                    .get(0)
                    .embedding();
            assertThat(dot(photo, alone, 0, d)).isCloseTo(Math.sqrt(0.5), within(1e-6));
        }
    }

    private static double dot(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Squares of one shape in different colours: structure cannot tell them apart. */
    private static StructureSample coloured(long index) {
        int side = 32;
        StructureSample shape = TinyNets.sample(0, side, true);
        SplittableRandom random = new SplittableRandom(index * 31 + 7);
        byte[] colour = new byte[3];
        random.nextBytes(colour);
        byte[] floor = new byte[3];
        random.nextBytes(floor);
        return new StructureSample(
                painted(shape.garmentInPhoto().get().toArray(), side, colour, floor),
                shape.garmentInPhoto(),
                painted(shape.silhouette().toArray(), side, colour, new byte[] {-1, -1, -1}),
                shape.silhouette(),
                GarmentAttributes.UNKNOWN);
    }

    private static RgbImage painted(boolean[] inside, int side, byte[] in, byte[] out) {
        byte[] rgb = new byte[side * side * 3];
        for (int i = 0; i < inside.length; i++) {
            System.arraycopy(inside[i] ? in : out, 0, rgb, i * 3, 3);
        }
        return new RgbImage(side, side, rgb);
    }

    @Test
    void garmentsOfOneShapeAreToldApartAndTheStructureStays() throws IOException {
        StructureNetConfig config = TinyNets.withAppearance();
        int garments = 40;
        try (StructureNet net = TinyNets.net(2, config);
                StructureNet before = TinyNets.net(2, config)) {
            AppearanceObjective objective = new AppearanceObjective(
                    net,
                    step -> new AppearanceBatch(
                            SampleBatches.trueColours(i -> coloured(i % garments), config, 10, 5)
                                    .batch(step),
                            IntStream.range(0, 10)
                                    .map(i -> (int) ((step * 10 + i) % garments))
                                    .toArray()),
                    garments,
                    AppearanceTest::coloured,
                    options(20, 5),
                    List.of(SampleBatches.plain(i -> coloured(1000 + i), config, 20)
                            .batch(0)),
                    kernels);
            objective.startFromPrincipalDirections();
            TrainerOptions options = new TrainerOptions(
                    STEPS,
                    1e-2,
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
            Map<String, Double> last = new LinkedHashMap<>();
            new Trainer(objective, options, kernels, folder).run(false, (step, metrics) -> last.putAll(metrics));
            assertThat(last.get("heldOutEntries")).isEqualTo(60);
            // By chance it would be 0.08.
            assertThat(last.get("heldOutRecallAt5")).isGreaterThan(0.5);
            Map<String, INDArray> kept = before.state();
            net.state().forEach((name, value) -> {
                if (!name.startsWith("appearance.")) {
                    assertThat(HostArrays.read(value)).as(name).containsExactly(HostArrays.read(kept.get(name)));
                }
            });
        }
        try (StructureEncoder encoder = StructureNetEncoder.load(folder, kernels)) {
            assertThat(encoder.dimension()).isEqualTo(14);
        }
    }

    @Test
    void weightsWithoutAnAppearanceAreExtended() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        AppearanceConfig appearance = TinyNets.withAppearance().appearance();
        try (StructureNet plain = TinyNets.net(3, TinyNets.config())) {
            SafetensorsWriter.write(file, plain.state(), Dtype.F32, StructureNetWeights.metadata(plain.config()));
            try (StructureNet larger = StructureNetWeights.extended(file, appearance, new SplittableRandom(9))) {
                plain.state().forEach((name, value) -> assertThat(
                                HostArrays.read(larger.state().get(name)))
                        .containsExactly(HostArrays.read(value)));
                SafetensorsWriter.write(file, larger.state(), Dtype.F32, StructureNetWeights.metadata(larger.config()));
            }
        }
        // What a file has of an appearance makes way for the new one.
        AppearanceConfig other = new AppearanceConfig(3, 5);
        try (StructureNet again = StructureNetWeights.extended(file, other, new SplittableRandom(9))) {
            assertThat(again.config().appearance()).isEqualTo(other);
        }
    }

    @Test
    void channelsAreExchangedInAllSixOrders() {
        Set<String> orders = new HashSet<>();
        for (int turn = 0; turn < 6; turn++) {
            float[] pixels = {9, 1, 2, 3, 7, 1, 2, 3, 7};
            Augmentation.exchange(pixels, 1, 2, 4, turn);
            assertThat(pixels[0]).isEqualTo(9);
            assertThat(pixels[4]).isEqualTo(7);
            assertThat(Arrays.copyOfRange(pixels, 1, 5)).containsExactly(Arrays.copyOfRange(pixels, 5, 9));
            assertThat(Arrays.copyOfRange(pixels, 1, 4)).containsExactlyInAnyOrder(1, 2, 3);
            orders.add(Arrays.toString(Arrays.copyOfRange(pixels, 1, 4)));
        }
        assertThat(orders).hasSize(6).contains("[1.0, 2.0, 3.0]");
    }

    /** One standard image whose silhouette is the whole frame. */
    private static float[] distribution(int side, int bins, float... rgb) {
        float[] pixels = new float[side * side * 4];
        for (int i = 0; i < side * side; i++) {
            System.arraycopy(rgb, 0, pixels, i * 4, 3);
            pixels[i * 4 + 3] = 1;
        }
        return ColourDistribution.ofStandards(pixels, side, bins);
    }

    @Test
    void pixelsCountForTheNearestBinsByTheirDistance() {
        // With two bins the levels ¼ and ¾ are their middles: −½ and ½ of [−1, 1].
        assertThat(distribution(8, 2, -0.5f, 0.5f, 0.5f)).containsExactly(0, 0, 0, 1, 0, 0, 0, 0);
        float half = (float) Math.sqrt(0.5);
        assertThat(distribution(8, 2, 0, 0.5f, -0.5f))
                .containsExactly(new float[] {0, 0, half, 0, 0, 0, half, 0}, within(1e-6f));
        // Beyond the outermost middles there is no further bin.
        assertThat(distribution(8, 2, -1, 1, 1)).containsExactly(0, 0, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void photosCountWhereTheMaskIs() {
        int side = 32;
        float[] photo = new float[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            boolean left = i % side < side / 2;
            photo[i * 3] = left ? 0.5f : -0.5f;
            photo[i * 3 + 1] = -0.5f;
            photo[i * 3 + 2] = -0.5f;
        }
        float[] mask = new float[16 * 4];
        for (int token = 0; token < 16; token++) {
            for (int cell = 0; cell < 4; cell++) {
                mask[token * 4 + cell] = token % 4 < 2 ? 20 : -20;
            }
        }
        float[] seen = ColourDistribution.ofPhotos(photo, mask, side, 2);
        assertThat(seen[4]).isCloseTo(1, within(1e-3f));
        assertThat(seen[0]).isCloseTo(0, within(1e-3f));
        // No garment seen for certain: everything counts.
        java.util.Arrays.fill(mask, -3);
        float[] unsure = ColourDistribution.ofPhotos(photo, mask, side, 2);
        assertThat(unsure[4] * unsure[4]).isCloseTo(0.5f, within(1e-5f));
        assertThat(unsure[0] * unsure[0]).isCloseTo(0.5f, within(1e-5f));
    }

    @Test
    void principalDirectionsAreTheEigenvectorsOfTheSecondMoments() {
        int length = 30;
        int n = 50;
        SplittableRandom random = new SplittableRandom(4);
        float[] rows = new float[n * length];
        double[][] moments = new double[length][length];
        for (int r = 0; r < n; r++) {
            for (int j = 0; j < length; j++) {
                rows[r * length + j] = random.nextInt(3) == 0 ? (float) (random.nextGaussian() / (1 + j)) : 0;
            }
            for (int i = 0; i < length; i++) {
                for (int j = 0; j < length; j++) {
                    moments[i][j] += (double) rows[r * length + i] * rows[r * length + j] / n;
                }
            }
        }
        EigenDecomposition whole = new EigenDecomposition(new Array2DRowRealMatrix(moments));
        PrincipalDirections.Found found = PrincipalDirections.of(rows, length, 4, 1);
        for (int i = 0; i < 4; i++) {
            assertThat(found.values()[i]).isCloseTo(whole.getRealEigenvalue(i), within(1e-9));
            double cosine = 0;
            for (int j = 0; j < length; j++) {
                cosine += found.vectors()[i][j] * whole.getEigenvector(i).getEntry(j);
            }
            assertThat(Math.abs(cosine)).isCloseTo(1, within(1e-6));
        }
    }
}
