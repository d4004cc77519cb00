package org.ragdiff.diffusion.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructurePart;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.image.SquarePhoto;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.guidance.GuidedDenoiser;
import org.ragdiff.diffusion.guidance.Stream;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Sampler;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.StoppedEstimate;
import org.ragdiff.diffusion.sampler.TrainedProcess;

/**
 * RAGDiffusion from end to end (arXiv 2411.19528): photo, attributes, query, neighbours, guidance, latents,
 * flat-lay. Immutable and thread-safe if its parts are.
 */
public final class FlatLayPipeline {
    private final PipelineParts parts;

    public FlatLayPipeline(PipelineParts parts) {
        this.parts = parts;
    }

    public PipelineParts parts() {
        return parts;
    }

    /** Both halves: {@link #retrieve} and {@link #generate(List, long[], GenerationOptions, StepListener)}. */
    public List<GenerationResult> generate(
            List<GenerationRequest> requests, GenerationOptions options, StepListener listener) {
        long[] seeds = new long[requests.size()];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = requests.get(i).seed().orElse(options.seed() + i);
        }
        return generate(retrieve(requests, options), seeds, options, listener);
    }

    /**
     * Everything before generation, which several generations of one photo can share.
     *
     * @throws IllegalStateException if the database has no entry that a request allows
     */
    public List<Retrieval> retrieve(List<GenerationRequest> requests, GenerationOptions options) {
        if (requests.isEmpty()) {
            return List.of();
        }
        List<RgbImage> photos = requests.stream()
                .map(r -> SquarePhoto.of(r.photo(), parts.side(), options.fit()))
                .toList();
        List<GarmentAttributes> attributes = attributes(requests, photos);
        List<StructureQuery> queries = parts.encoder().encodePhotos(photos, attributes);
        List<AlignedPhoto> aligned = parts.aligner().align(photos);
        List<StructureQuery> fused = new ArrayList<>();
        List<StructureGuidance> guidances = new ArrayList<>();
        List<LandmarkEvidence> evidence = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            GenerationRequest request = requests.get(i);
            StructureQuery query = options.silhouette().apply(queries.get(i), aligned.get(i));
            StructureGuidance guidance = parts.aggregator()
                    .aggregate(
                            StructurePart.of(query, parts.encoder().structureDimension()),
                            neighbours(request, query, attributes.get(i), options));
            fused.add(query);
            guidances.add(guidance);
            evidence.add(LandmarkEvidence.of(aligned.get(i), query, guidance));
        }
        List<SignedDistanceField> landmarks = parts.refiner().refine(evidence);
        List<Retrieval> out = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            out.add(new Retrieval(
                    photos.get(i),
                    attributes.get(i),
                    fused.get(i),
                    guidances.get(i),
                    requests.get(i).landmark().orElse(landmarks.get(i)),
                    aligned.get(i)));
        }
        return out;
    }

    private List<GarmentAttributes> attributes(List<GenerationRequest> requests, List<RgbImage> photos) {
        List<RgbImage> asked = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            if (requests.get(i).attributes().isEmpty()) {
                asked.add(photos.get(i));
            }
        }
        List<GarmentAttributes> extracted =
                asked.isEmpty() ? List.of() : parts.extractor().extract(asked);
        List<GarmentAttributes> out = new ArrayList<>();
        int next = 0;
        for (GenerationRequest r : requests) {
            out.add(r.attributes().isPresent() ? r.attributes().get() : extracted.get(next++));
        }
        return out;
    }

    private List<Neighbour> neighbours(
            GenerationRequest request, StructureQuery query, GarmentAttributes attributes, GenerationOptions options) {
        int k = Math.max(1, parts.aggregator().neighbours());
        Predicate<StructureEntry> alike =
                request.allowed().and(options.attributeFilter().of(attributes));
        List<Neighbour> found = search(query, k, alike);
        if (found.isEmpty()) {
            // A category that the database lacks must not end the run.
            found = search(query, k, request.allowed());
        }
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "the structure database has " + parts.database().count()
                            + " entries, and none of them may be used for this photo; add garments to it");
        }
        return found;
    }

    private List<Neighbour> search(StructureQuery query, int k, Predicate<StructureEntry> allowed) {
        return StructurePart.search(
                parts.database(), query.embedding(), parts.encoder().structureDimension(), k, allowed);
    }

    /**
     * Generates one flat-lay for each photo, all as one batch.
     *
     * @param seeds one for each; a result depends on its own seed and photo alone
     * @param listener may stop the run: the flat-lays are then the estimate that it had come to
     */
    public List<GenerationResult> generate(
            List<Retrieval> retrievals, long[] seeds, GenerationOptions options, StepListener listener) {
        int n = retrievals.size();
        if (seeds.length != n) {
            throw new IllegalArgumentException(seeds.length + " seeds for " + n + " photos");
        }
        if (n == 0) {
            return List.of();
        }
        Sampler sampler = Samplers.named(options.sampler(), parts.schedule());
        TrainedProcess process = TrainedProcess.of(parts.schedule());
        int cells = parts.side() / parts.codec().factor();
        int channels = parts.codec().channels();
        List<INDArray> owned = new ArrayList<>();
        try {
            DenoiserCondition condition = condition(retrievals, options, owned);
            DenoiserCondition negative = negative(retrievals, options, owned);
            NoiseSource noise = NoiseSource.perImage(channels, seeds);
            Start start = start(options, noise.next(n * cells * cells * channels), owned);
            StoppedEstimate stopped = new StoppedEstimate(listener);
            float[] latents;
            try (GuidedDenoiser guided = new GuidedDenoiser(
                    parts.denoiser(), process, condition, negative, options.guidance(), cells, cells, channels)) {
                latents = stopped.or(sampler.sample(guided, start, n, Steps.of(options.steps()), noise, stopped));
            }
            INDArray decoded = own(owned, parts.codec().decode(array(owned, latents, n, cells, cells, channels)));
            List<RgbImage> images = Images.fromTensor(decoded);
            List<GenerationResult> out = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                out.add(new GenerationResult(
                        finished(images.get(i), retrievals.get(i), options),
                        retrievals.get(i),
                        options.withSeed(seeds[i])));
            }
            return out;
        } finally {
            owned.forEach(INDArray::close);
        }
    }

    private static RgbImage finished(RgbImage decoded, Retrieval retrieval, GenerationOptions options) {
        WhiteBackground background = options.background();
        RgbImage clean = background.clean(decoded);
        RgbImage outlined = options.dropped().contains(Stream.LANDMARK)
                ? clean
                : options.finish().matte().apply(clean, retrieval.landmark(), background);
        return options.dropped().contains(Stream.REFERENCE)
                ? outlined
                : options.pattern().apply(outlined, retrieval.aligned(), background);
    }

    private DenoiserCondition condition(List<Retrieval> retrievals, GenerationOptions options, List<INDArray> owned) {
        int n = retrievals.size();
        INDArray structure = null;
        INDArray landmark = null;
        INDArray reference = null;
        if (!options.dropped().contains(Stream.STRUCTURE)) {
            int length = parts.encoder().structureDimension();
            List<float[]> rows =
                    retrievals.stream().map(r -> r.guidance().structure(length)).toList();
            structure = array(owned, join(rows), n, rows.get(0).length);
        }
        if (!options.dropped().contains(Stream.LANDMARK)) {
            int side = retrievals.get(0).landmark().side();
            List<float[]> fields = retrievals.stream()
                    .map(Retrieval::landmark)
                    .map(l -> l.side() == side ? l : l.resize(side))
                    .map(SignedDistanceField::toArray)
                    .toList();
            landmark = array(owned, join(fields), n, side, side, 1);
        }
        if (!options.dropped().contains(Stream.REFERENCE)) {
            reference = own(
                    owned,
                    ReferenceLatents.of(
                            retrievals.stream().map(Retrieval::aligned).toList(),
                            parts.codec(),
                            parts.denoiser().readsVisibility()));
        }
        return new DenoiserCondition(n, structure, landmark, reference);
    }

    /** The same for all images of the batch; nothing of streams that are dropped. */
    private DenoiserCondition negative(List<Retrieval> retrievals, GenerationOptions options, List<INDArray> owned) {
        int n = retrievals.size();
        NegativeConditions negative = options.negative();
        INDArray structure = null;
        INDArray landmark = null;
        INDArray reference = null;
        if (negative.photo().isPresent()) {
            RgbImage photo = SquarePhoto.of(negative.photo().get(), parts.side(), options.fit());
            if (!options.dropped().contains(Stream.STRUCTURE)) {
                float[] e = parts.encoder()
                        .encodePhotos(List.of(photo), parts.extractor().extract(List.of(photo)))
                        .get(0)
                        .embedding();
                structure = array(owned, join(Collections.nCopies(n, e)), n, e.length);
            }
            if (!options.dropped().contains(Stream.REFERENCE)) {
                INDArray one = ReferenceLatents.of(
                        parts.aligner().align(List.of(photo)),
                        parts.codec(),
                        parts.denoiser().readsVisibility());
                reference = repeated(own(owned, one), n, owned);
            }
        }
        if (negative.landmark().isPresent() && !options.dropped().contains(Stream.LANDMARK)) {
            int side = retrievals.get(0).landmark().side();
            SignedDistanceField given = negative.landmark().get();
            SignedDistanceField field = given.side() == side ? given : given.resize(side);
            landmark = array(owned, join(Collections.nCopies(n, field.toArray())), n, side, side, 1);
        }
        return new DenoiserCondition(n, structure, landmark, reference);
    }

    private Start start(GenerationOptions options, float[] noise, List<INDArray> owned) {
        if (options.start().isEmpty()) {
            return Start.fromNoise(noise);
        }
        StartImage image = options.start().get();
        INDArray one = latents(SquarePhoto.of(image.image(), parts.side(), options.fit()), owned);
        int n = noise.length / Math.toIntExact(one.length());
        return Start.fromImage(HostArrays.read(repeated(one, n, owned)), noise, image.strength());
    }

    private INDArray latents(RgbImage square, List<INDArray> owned) {
        return own(owned, parts.codec().encode(own(owned, Images.toTensor(List.of(square)))));
    }

    private static INDArray repeated(INDArray one, int n, List<INDArray> owned) {
        long[] shape = one.shape().clone();
        shape[0] = n;
        return array(owned, join(Collections.nCopies(n, HostArrays.read(one))), shape);
    }

    private static float[] join(List<float[]> rows) {
        int each = rows.get(0).length;
        float[] out = new float[rows.size() * each];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, out, i * each, each);
        }
        return out;
    }

    private static INDArray array(List<INDArray> owned, float[] values, long... shape) {
        INDArray a = own(owned, Nd4j.createUninitializedDetached(DataType.FLOAT, shape));
        HostArrays.write(a, values);
        return a;
    }

    private static INDArray own(List<INDArray> owned, INDArray a) {
        owned.add(a);
        return a;
    }
}
