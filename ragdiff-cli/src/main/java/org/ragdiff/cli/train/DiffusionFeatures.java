package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.model.DatabaseBuilder;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructurePart;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.cache.FeatureLayout;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.diffusion.pipeline.ReferenceLatents;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
import org.ragdiff.retrieval.database.ExactDatabase;

/**
 * What the denoiser learns from, computed once for each pair: latents of standard image and photo, and what
 * retrieval says of the photo when nothing of the garment's own group is in the database.
 */
final class DiffusionFeatures {
    static final String STANDARD = "standard";
    static final String REFERENCE = "reference";
    static final String STRUCTURE = "structure";
    static final String LANDMARK = "landmark";

    private static final int BATCH = 32;
    /** Raised when features are computed differently, so that old ones are not used. */
    private static final int VERSION = 2;

    private final LatentCodec codec;
    private final StructureEncoder encoder;
    private final AttributeExtractor extractor;
    private final StructureAggregator aggregator;
    private final PhotoAligner aligner;
    private final SilhouetteFusion fusion;
    private final boolean visibility;

    /**
     * @param fusion of the aligned photos into the fields that the database is asked with
     * @param visibility whether it follows the channels of the photos' latents
     */
    DiffusionFeatures(
            LatentCodec codec,
            StructureEncoder encoder,
            AttributeExtractor extractor,
            StructureAggregator aggregator,
            PhotoAligner aligner,
            SilhouetteFusion fusion,
            boolean visibility) {
        this.codec = codec;
        this.encoder = encoder;
        this.extractor = extractor;
        this.aggregator = aggregator;
        this.aligner = aligner;
        this.fusion = fusion;
        this.visibility = visibility;
    }

    /** Hears how far the computation is. */
    interface Progress {
        void computed(long done, long all);
    }

    /**
     * @param pairs of the garments, in the picture side of the codec's training
     * @param records pairs from position 0 on
     * @param garments that make up the database
     */
    FeatureCache openOrCompute(Path file, PairSource pairs, int records, GarmentStore garments, Progress progress)
            throws IOException {
        return openOrCompute(
                file,
                pairs,
                records,
                garments.side(),
                garments.fingerprint(),
                () -> {
                    StructureDatabase database = new ExactDatabase(encoder.dimension(), encoder.fingerprint());
                    new DatabaseBuilder(encoder).addAll(garments, database, false, done -> {});
                    return database;
                },
                progress);
    }

    /**
     * @param pairs of pictures of the side
     * @param records pairs from position 0 on
     * @param gallery identifies the database
     * @param made gives the database, which is closed afterwards
     */
    FeatureCache openOrCompute(
            Path file,
            PairSource pairs,
            int records,
            int side,
            String gallery,
            Supplier<StructureDatabase> made,
            Progress progress)
            throws IOException {
        int cells = side / codec.factor();
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put(STANDARD, cells * cells * codec.channels());
        parts.put(REFERENCE, cells * cells * (codec.channels() + (visibility ? 1 : 0)));
        parts.put(STRUCTURE, encoder.structureDimension());
        parts.put(LANDMARK, StandardFrame.FIELD_SIDE * StandardFrame.FIELD_SIDE);
        FeatureLayout layout = new FeatureLayout(parts);
        String key = Sha256.of("version " + VERSION + " " + pairs.fingerprint() + " " + records + " "
                + gallery + " " + codec.fingerprint() + " " + encoder.fingerprint() + " "
                + aggregator.name() + " " + aligner.fingerprint() + " " + visibility
                + (fusion.share() > 0 ? " " + fusion : ""));
        return FeatureCache.openOrCompute(file, key, layout, sink -> {
            try (StructureDatabase database = made.get()) {
                // Batches are those of an uninterrupted run, so that records are the same to the bit.
                for (int from = sink.present() / BATCH * BATCH; from < records; from += BATCH) {
                    int first = from;
                    List<GarmentPair> batch = IntStream.range(0, Math.min(BATCH, records - from))
                            .parallel()
                            .mapToObj(i -> pairs.pair(first + i))
                            .toList();
                    List<float[]> computed = compute(batch, database, layout);
                    for (float[] record : computed.subList(Math.max(0, sink.present() - from), computed.size())) {
                        sink.append(record);
                    }
                    progress.computed(from + batch.size(), records);
                }
            }
        });
    }

    private List<float[]> compute(List<GarmentPair> batch, StructureDatabase database, FeatureLayout layout) {
        List<RgbImage> photos = batch.stream().map(GarmentPair::wild).toList();
        float[] standard = encode(batch.stream().map(GarmentPair::standard).toList());
        List<AlignedPhoto> aligned = aligner.align(photos);
        float[] reference = reference(aligned);
        List<StructureQuery> queries = encoder.encodePhotos(photos, extractor.extract(photos));
        List<float[]> out = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            String group = batch.get(i).group();
            StructureQuery query = fusion.apply(queries.get(i), aligned.get(i));
            List<Neighbour> neighbours = StructurePart.search(
                    database, query.embedding(), encoder.structureDimension(), aggregator.neighbours(), e -> !e.group()
                            .equals(group));
            StructureGuidance guidance =
                    aggregator.aggregate(StructurePart.of(query, encoder.structureDimension()), neighbours);
            float[] record = new float[layout.recordLength()];
            int latents = layout.length(STANDARD);
            int references = layout.length(REFERENCE);
            System.arraycopy(standard, i * latents, record, 0, latents);
            System.arraycopy(reference, i * references, record, latents, references);
            int length = encoder.structureDimension();
            System.arraycopy(guidance.structure(length), 0, record, latents + references, length);
            float[] field = guidance.landmark().resize(StandardFrame.FIELD_SIDE).toArray();
            System.arraycopy(field, 0, record, latents + references + length, field.length);
            out.add(record);
        }
        return out;
    }

    private float[] reference(List<AlignedPhoto> photos) {
        try (INDArray latents = ReferenceLatents.of(photos, codec, visibility)) {
            return HostArrays.read(latents);
        }
    }

    private float[] encode(List<RgbImage> images) {
        try (INDArray pixels = Images.toTensor(images);
                INDArray latents = codec.encode(pixels)) {
            return HostArrays.read(latents);
        }
    }
}
