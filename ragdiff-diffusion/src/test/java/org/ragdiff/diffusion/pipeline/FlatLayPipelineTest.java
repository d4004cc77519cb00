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
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
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
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.guidance.Stream;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.UnetDenoiser;
import org.ragdiff.diffusion.vae.PcaCodec;

class FlatLayPipelineTest {
    private static final int SIDE = 16;
    private static final GenerationOptions OPTIONS = GenerationOptions.defaults()
            .withSteps(3)
            .withGuidance(new GuidanceScales(1, 2, 3, 0))
            .withBackground(new WhiteBackground(0));

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
                SIDE);
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
