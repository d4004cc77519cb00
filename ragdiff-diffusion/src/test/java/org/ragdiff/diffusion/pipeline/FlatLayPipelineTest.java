package org.ragdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.align.Unaligned;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.ragdiffusion.RagDiffusionDenoiser;
import org.ragdiff.diffusion.diffusers.ragdiffusion.TinyRagDiffusion;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLCodec;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vae.Tiling;
import org.ragdiff.diffusion.guidance.Guidance;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.guidance.GuidedDenoiser;
import org.ragdiff.diffusion.guidance.Stream;
import org.ragdiff.diffusion.refine.Unrefined;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.TrainedProcess;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.UnetDenoiser;
import org.ragdiff.diffusion.vae.PcaCodec;

class FlatLayPipelineTest {
    private static final int SIDE = 16;
    private static final GenerationOptions OPTIONS = GenerationOptions.defaults()
            .withSteps(3)
            .withGuidance(new GuidanceScales(1, 2, 3, 0))
            .withFinish(new Finish(new WhiteBackground(0), new LandmarkMatte(0)));

    private final List<StructureEntry> entries = StructureExamples.entries(12, 5, 1);
    private final UnetDenoiser denoiser = denoiser();
    private final FlatLayPipeline pipeline = new FlatLayPipeline(parts("fake"));

    private static UnetDenoiser denoiser() {
        DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet());
        Networks.randomise(unet, 2, 0.2);
        return new UnetDenoiser(unet, ScheduleConfig.defaults(), Networks.KERNELS);
    }

    private PipelineParts parts(String databaseFingerprint) {
        PcaCodec codec = PcaCodec.fit(HostArrays.read(Networks.normal(1, 4, 8, 8, 3)), 8, 4, 3);
        return new PipelineParts(
                photos -> photos.stream()
                        .map(p -> GarmentAttributes.of(Category.SKIRT))
                        .toList(),
                new FakeEncoder(),
                new ListDatabase(databaseFingerprint),
                new TopOne(),
                codec,
                denoiser,
                ScheduleConfig.defaults(),
                SIDE,
                new Unaligned(),
                new Unrefined());
    }

    @AfterEach
    void close() {
        denoiser.close();
    }

    private static RgbImage photo(int seed, int w, int h) {
        byte[] rgb = new byte[w * h * 3];
        new java.util.Random(seed).nextBytes(rgb);
        return RgbImage.wrap(w, h, rgb);
    }

    @Test
    void aResultDependsOnItsOwnPhotoAndSeedAlone() {
        GenerationRequest a = GenerationRequest.of(photo(1, 20, 30)).withSeed(5);
        GenerationRequest b = GenerationRequest.of(photo(2, 9, 9)).withSeed(6);
        List<GenerationResult> together = pipeline.generate(List.of(a, b), OPTIONS, StepListener.NONE);
        GenerationResult alone =
                pipeline.generate(List.of(b), OPTIONS, StepListener.NONE).get(0);
        assertThat(together.get(1).image()).isEqualTo(alone.image());
        assertThat(together.get(0).image()).isNotEqualTo(alone.image());
        assertThat(alone.image().width()).isEqualTo(SIDE);
        assertThat(alone.options().seed()).isEqualTo(6);
        assertThat(alone.retrieval().attributes().category()).isEqualTo(Category.SKIRT);
    }

    @Test
    void theGarmentItselfCanBeLeftOut() {
        GenerationRequest request = GenerationRequest.of(photo(1, 16, 16));
        String nearest = best(pipeline, request);
        String next = best(pipeline, request.withAllowed(e -> !e.id().equals(nearest)));
        assertThat(next).isNotEqualTo(nearest);
        assertThatThrownBy(() -> best(pipeline, request.withAllowed(e -> false)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("12 entries");
    }

    private static String best(FlatLayPipeline pipeline, GenerationRequest request) {
        return pipeline.retrieve(List.of(request), OPTIONS)
                .get(0)
                .guidance()
                .neighbours()
                .get(0)
                .entry()
                .id();
    }

    @Test
    void aCategoryWithoutEntriesFallsBackToAll() {
        GenerationRequest request =
                GenerationRequest.of(photo(1, 16, 16)).withAttributes(GarmentAttributes.of(Category.HAT));
        assertThat(pipeline.retrieve(List.of(request), OPTIONS.withAttributeFilter(AttributeFilter.CATEGORY)))
                .hasSize(1);
    }

    @Test
    void everyStreamCountsAndCanBeDropped() {
        List<Retrieval> found = pipeline.retrieve(List.of(GenerationRequest.of(photo(1, 16, 16))), OPTIONS);
        RgbImage full = image(found, OPTIONS);
        for (Stream s : Stream.values()) {
            assertThat(image(found, OPTIONS.withDropped(Set.of(s))))
                    .as("without %s", s)
                    .isNotEqualTo(full);
        }
        SignedDistanceField other = StructureExamples.box(9, 1, 1, 3, 8);
        Retrieval given = pipeline.retrieve(
                        List.of(GenerationRequest.of(photo(1, 16, 16)).withLandmark(other)), OPTIONS)
                .get(0);
        assertThat(given.landmark()).isEqualTo(other);
        assertThat(image(List.of(given), OPTIONS.withoutRetrieval()))
                .isEqualTo(image(found, OPTIONS.withoutRetrieval()));
        assertThat(image(List.of(given), OPTIONS)).isNotEqualTo(full);
    }

    /** Unless the landmark is dropped. */
    @Test
    void resultsHaveTheirLandmarksOutline() {
        GenerationOptions matte = OPTIONS.withMatte(new LandmarkMatte(1));
        GenerationRequest request =
                GenerationRequest.of(photo(1, 16, 16)).withLandmark(StructureExamples.box(16, 5, 5, 11, 11));
        List<Retrieval> found = pipeline.retrieve(List.of(request), matte);
        RgbImage out = image(found, matte);
        RgbImage drawn = image(found, OPTIONS);
        for (int i = 0; i < 16 * 16; i++) {
            int x = i % 16;
            int y = i / 16;
            if (x < 3 || x > 13 || y < 3 || y > 13) {
                assertThat(out.at(x, y, 0)).isEqualTo(255);
            }
        }
        assertThat(out).isNotEqualTo(drawn);
        GenerationOptions dropped = matte.withDropped(Set.of(Stream.LANDMARK));
        assertThat(image(found, dropped)).isEqualTo(image(found, dropped.withMatte(new LandmarkMatte(0))));
    }

    /** A retrieved landmark is refined, one that somebody gives is not. */
    @Test
    void retrievedLandmarksAreRefined() {
        FlatLayPipeline refining = new FlatLayPipeline(pipeline.parts().withRefiner(new Grown()));
        GenerationRequest request = GenerationRequest.of(photo(1, 16, 16));
        Retrieval plain = pipeline.retrieve(List.of(request), OPTIONS).get(0);
        Retrieval refined = refining.retrieve(List.of(request), OPTIONS).get(0);
        assertThat(plain.landmark()).isEqualTo(plain.guidance().landmark());
        assertThat(refined.guidance().landmark()).isEqualTo(plain.landmark());
        assertThat(refined.landmark().at(2, 3)).isEqualTo(plain.landmark().at(2, 3) - 0.25f);
        SignedDistanceField other = StructureExamples.box(9, 1, 1, 3, 8);
        assertThat(refining.retrieve(List.of(request.withLandmark(other)), OPTIONS)
                        .get(0)
                        .landmark())
                .isEqualTo(other);
    }

    /** Outlines a quarter of the frame further out. */
    private static final class Grown implements LandmarkRefiner {
        @Override
        public String fingerprint() {
            return "grown";
        }

        @Override
        public List<SignedDistanceField> refine(List<LandmarkEvidence> evidence) {
            return evidence.stream()
                    .map(e -> {
                        float[] field = e.landmark().toArray();
                        for (int i = 0; i < field.length; i++) {
                            field[i] -= 0.25f;
                        }
                        return new SignedDistanceField(e.landmark().side(), field);
                    })
                    .toList();
        }

        @Override
        public void close() {}
    }

    /** Branches that see the same say the same: guidance has nothing to lead away from. */
    @Test
    void negativesThatAreTheConditionsTakeGuidanceBack() {
        RgbImage photo = photo(1, 16, 16);
        List<Retrieval> found = pipeline.retrieve(List.of(GenerationRequest.of(photo)), OPTIONS);
        GenerationOptions two = OPTIONS.withDropped(Set.of(Stream.STRUCTURE));
        GenerationOptions strong = two.withGuidance(new GuidanceScales(4, 1, 5, 0));
        NegativeConditions same = NegativeConditions.NONE
                .withPhoto(photo)
                .withLandmark(found.get(0).landmark());
        RgbImage plain = image(found, two.withGuidance(GuidanceScales.none()));
        assertAlike(image(found, strong.withNegative(same)), plain);
        RgbImage guided = image(found, strong);
        assertThat(guided).isNotEqualTo(plain);
        RgbImage away = image(found, strong.withNegative(NegativeConditions.NONE.withPhoto(photo(3, 16, 16))));
        assertThat(away).isNotEqualTo(guided).isNotEqualTo(plain);
        // Of a condition that is dropped, the negative is too.
        GenerationOptions reference = OPTIONS.withoutRetrieval().withGuidance(new GuidanceScales(4, 1, 1, 0));
        assertThat(image(found, reference.withNegative(same.withPhoto(photo(3, 16, 16)))))
                .isEqualTo(image(found, reference.withNegative(NegativeConditions.NONE.withPhoto(photo(3, 16, 16)))));
    }

    private static void assertAlike(RgbImage a, RgbImage b) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                for (int c = 0; c < 3; c++) {
                    assertThat(Math.abs(a.at(x, y, c) - b.at(x, y, c))).isLessThanOrEqualTo(1);
                }
            }
        }
    }

    /** Untrained it makes one picture of all photos, trained it follows each. */
    @Test
    void aStableDiffusionBackboneTakesTheDenoisersPlace() throws CheckpointException {
        AutoencoderKLConfig small = AutoencoderKLConfig.read(StrictConfig.parse(
                "{\"block_out_channels\": [8, 8], \"norm_num_groups\": 4,"
                        + " \"down_block_types\": [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\"],"
                        + " \"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\"]}",
                "vae"));
        TextCondition prompt = TextCondition.of(Networks.normal(9, 1, 4, 8));
        ScheduleConfig schedule = ScheduleConfig.defaults();
        GenerationOptions plain = OPTIONS.withGuidance(GuidanceScales.none());
        try (AutoencoderKLCodec codec =
                        new AutoencoderKLCodec(AutoencoderKL.random(small, 1), Tiling.NONE, Networks.KERNELS);
                RagDiffusionDenoiser untrained =
                        new RagDiffusionDenoiser(TinyRagDiffusion.untrained(), prompt, schedule, Networks.KERNELS);
                RagDiffusionDenoiser trained =
                        new RagDiffusionDenoiser(TinyRagDiffusion.trained(), prompt, schedule, Networks.KERNELS)) {
            PipelineParts parts = parts("fake");
            for (RagDiffusionDenoiser backbone : List.of(untrained, trained)) {
                FlatLayPipeline p = new FlatLayPipeline(parts.withBackbone(codec, backbone, schedule, SIDE));
                List<RgbImage> images = new ArrayList<>();
                for (int i = 1; i <= 2; i++) {
                    GenerationRequest request =
                            GenerationRequest.of(photo(i, 16, 16)).withSeed(5);
                    images.add(p.generate(List.of(request), plain, StepListener.NONE)
                            .get(0)
                            .image());
                }
                assertThat(images.get(0).equals(images.get(1))).isEqualTo(backbone == untrained);
            }
        }
    }

    /** The same by hand: encoded, partly noised, the rest of the run, decoded. */
    @Test
    void aRunCanBeginOnAnImage() {
        List<Retrieval> found = pipeline.retrieve(List.of(GenerationRequest.of(photo(1, 16, 16))), OPTIONS);
        RgbImage start = photo(8, 16, 16);
        GenerationOptions free = OPTIONS.withDropped(Set.of(Stream.values()));
        GenerationOptions on = free.withStart(new StartImage(start, 0.67));
        LatentCodec codec = pipeline.parts().codec();
        int cells = SIDE / codec.factor();
        RgbImage expected;
        try (INDArray in = Images.toTensor(List.of(start));
                INDArray z = codec.encode(in);
                GuidedDenoiser model = new GuidedDenoiser(
                        denoiser,
                        TrainedProcess.of(ScheduleConfig.defaults()),
                        DenoiserCondition.none(1),
                        Guidance.of(GuidanceScales.none()),
                        cells,
                        cells,
                        codec.channels())) {
            NoiseSource noise = NoiseSource.perImage(codec.channels(), 4);
            float[] drawn = noise.next(cells * cells * codec.channels());
            float[] latents = Samplers.named(OPTIONS.sampler(), ScheduleConfig.defaults())
                    .sample(
                            model,
                            Start.fromImage(HostArrays.read(z), drawn, 0.67),
                            1,
                            Steps.of(3),
                            noise,
                            StepListener.NONE);
            try (INDArray out = codec.decode(Networks.array(latents, 1, cells, cells, codec.channels()))) {
                expected = Images.fromTensor(out).get(0);
            }
        }
        assertThat(image(found, on)).isEqualTo(expected).isNotEqualTo(image(found, free));
        // A start is one for all images of a batch, and each goes on with its own seed.
        List<Retrieval> twice = List.of(found.get(0), found.get(0));
        List<GenerationResult> both = pipeline.generate(twice, new long[] {5, 4}, on, StepListener.NONE);
        assertThat(both.get(1).image()).isEqualTo(expected);
        assertThat(both.get(0).image()).isNotEqualTo(expected);
        assertThatThrownBy(() -> image(found, free.withStart(new StartImage(start, 0.3))))
                .hasMessageContaining("leaves none of 3 steps");
        assertThatThrownBy(() -> new StartImage(start, 0)).hasMessageContaining("(0, 1]");
    }

    @Test
    void aStoppedRunGivesTheEstimateItHadComeTo() {
        List<Retrieval> found = pipeline.retrieve(List.of(GenerationRequest.of(photo(1, 16, 16))), OPTIONS);
        float[][] clean = new float[1][];
        int[] calls = new int[1];
        RgbImage stopped = pipeline.generate(found, new long[] {4}, OPTIONS, step -> {
                    calls[0]++;
                    clean[0] = step.clean().toArray();
                    step.stop();
                })
                .get(0)
                .image();
        assertThat(calls[0]).isEqualTo(1);
        LatentCodec codec = pipeline.parts().codec();
        int cells = SIDE / codec.factor();
        try (INDArray z = Networks.array(clean[0], 1, cells, cells, codec.channels());
                INDArray out = codec.decode(z)) {
            assertThat(stopped).isEqualTo(Images.fromTensor(out).get(0));
        }
    }

    private RgbImage image(List<Retrieval> found, GenerationOptions options) {
        return pipeline.generate(found, new long[] {4}, options, StepListener.NONE)
                .get(0)
                .image();
    }

    @Test
    void aForeignDatabaseIsRefused() {
        assertThatThrownBy(() -> parts("other"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("build the database again");
    }

    /** Embeds a photo as a unit vector drawn from its first bytes. */
    private static final class FakeEncoder implements StructureEncoder {
        @Override
        public int dimension() {
            return 5;
        }

        @Override
        public String fingerprint() {
            return "fake";
        }

        @Override
        public List<StructureQuery> encodePhotos(List<RgbImage> photos, List<GarmentAttributes> attributes) {
            List<StructureQuery> out = new ArrayList<>();
            for (int i = 0; i < photos.size(); i++) {
                float[] e = StructureExamples.unitVector(
                        new java.util.Random(photos.get(i).hashCode()), 5);
                out.add(new StructureQuery(e, Optional.empty(), attributes.get(i)));
            }
            return out;
        }

        @Override
        public List<float[]> encodeStandards(List<RgbImage> standards, List<Silhouette> silhouettes) {
            throw new UnsupportedOperationException("not needed");
        }

        @Override
        public void close() {}
    }

    private static final class TopOne implements StructureAggregator {
        @Override
        public String name() {
            return "top-1";
        }

        @Override
        public int neighbours() {
            return 1;
        }

        @Override
        public StructureGuidance aggregate(StructureQuery query, List<Neighbour> neighbours) {
            StructureEntry e = neighbours.get(0).entry();
            return new StructureGuidance(e.embedding(), e.field(), neighbours.subList(0, 1), new double[] {1}, 0, 1, 0);
        }
    }

    private final class ListDatabase implements StructureDatabase {
        private final String fingerprint;

        ListDatabase(String fingerprint) {
            this.fingerprint = fingerprint;
        }

        @Override
        public int dimension() {
            return 5;
        }

        @Override
        public String encoderFingerprint() {
            return fingerprint;
        }

        @Override
        public int count() {
            return entries.size();
        }

        @Override
        public void upsert(Collection<StructureEntry> added) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public boolean delete(String id) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public void commit() {}

        @Override
        public StructureDatabase snapshot() {
            return this;
        }

        @Override
        public Optional<Provenance> provenance() {
            return Optional.empty();
        }

        @Override
        public void describe(Provenance provenance) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public Optional<StructureEntry> get(String id) {
            return entries.stream().filter(e -> e.id().equals(id)).findFirst();
        }

        @Override
        public Iterable<StructureEntry> entries() {
            return entries;
        }

        @Override
        public List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
            return entries.stream()
                    .filter(filter)
                    .map(e -> new Neighbour(e, dot(query, e.embedding())))
                    .sorted(Comparator.comparingDouble(Neighbour::similarity).reversed())
                    .limit(k)
                    .toList();
        }

        private static double dot(float[] a, float[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }

        @Override
        public void close() {}
    }
}
