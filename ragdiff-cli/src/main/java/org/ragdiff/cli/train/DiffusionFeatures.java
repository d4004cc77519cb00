package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.cache.FeatureLayout;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.diffusion.pipeline.ReferenceLatents;

/**
 * What the denoiser learns from, computed once for each pair: latents of standard image and photo, and what retrieval
 * says of the photo.
 */
final class DiffusionFeatures {
    static final String STANDARD = "standard";
    static final String REFERENCE = "reference";
    static final String STRUCTURE = "structure";
    static final String LANDMARK = "landmark";

    /** Raised when features are computed differently, so that old ones are not used. */
    private static final int VERSION = 3;

    private final LatentCodec codec;
    private final PairReader reader;
    private final LandmarkRefiner refiner;
    private final boolean visibility;

    /** @param visibility whether it follows the channels of the photos' latents */
    DiffusionFeatures(LatentCodec codec, PairReader reader, LandmarkRefiner refiner, boolean visibility) {
        this.codec = codec;
        this.reader = reader;
        this.refiner = refiner;
        this.visibility = visibility;
    }

    /**
     * @param pairs of the garments, in the picture side of the codec's training
     * @param records pairs from position 0 on
     * @param garments that make up the database
     */
    FeatureCache openOrCompute(
            Path file, PairSource pairs, int records, GarmentStore garments, PairFeatures.Progress progress)
            throws IOException {
        return openOrCompute(
                file,
                pairs,
                records,
                garments.side(),
                garments.fingerprint(),
                () -> reader.database(garments),
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
            PairFeatures.Progress progress)
            throws IOException {
        int cells = side / codec.factor();
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put(STANDARD, cells * cells * codec.channels());
        parts.put(REFERENCE, cells * cells * (codec.channels() + (visibility ? 1 : 0)));
        parts.put(STRUCTURE, reader.encoder().structureDimension());
        parts.put(LANDMARK, StandardFrame.FIELD_SIDE * StandardFrame.FIELD_SIDE);
        FeatureLayout layout = new FeatureLayout(parts);
        String key = "diffusion " + VERSION + " " + gallery + " " + codec.fingerprint() + " " + reader.key() + " "
                + refiner.fingerprint() + " " + visibility;
        return PairFeatures.openOrCompute(
                file,
                pairs,
                records,
                key,
                layout,
                made,
                (batch, database) -> compute(batch, database, layout),
                progress);
    }

    private List<float[]> compute(List<GarmentPair> batch, StructureDatabase database, FeatureLayout layout) {
        List<PairReader.Reading> readings = reader.read(batch, database);
        List<SignedDistanceField> landmarks = refiner.refine(
                readings.stream().map(PairReader.Reading::evidence).toList());
        float[] standard = encode(batch.stream().map(GarmentPair::standard).toList());
        float[] reference =
                reference(readings.stream().map(PairReader.Reading::aligned).toList());
        int length = reader.encoder().structureDimension();
        List<float[]> out = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            float[] record = new float[layout.recordLength()];
            int latents = layout.length(STANDARD);
            int references = layout.length(REFERENCE);
            System.arraycopy(standard, i * latents, record, 0, latents);
            System.arraycopy(reference, i * references, record, latents, references);
            System.arraycopy(readings.get(i).guidance().structure(length), 0, record, latents + references, length);
            float[] field = landmarks.get(i).resize(StandardFrame.FIELD_SIDE).toArray();
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
