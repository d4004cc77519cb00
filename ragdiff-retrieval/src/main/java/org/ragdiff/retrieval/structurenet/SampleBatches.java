package org.ragdiff.retrieval.structurenet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.SignedDistanceField;

/**
 * Batches of consecutive samples, brought to the towers' inputs and, in training, augmented. Immutable and
 * thread-safe if its source is.
 */
public final class SampleBatches implements StructureBatchSource {
    private final StructureSampleSource source;
    private final StructureNetConfig config;
    private final int size;
    private final Change change;
    private final long seed;

    /** How samples are augmented. */
    private enum Change {
        NONE(0),
        STRUCTURE(0.25),
        TRUE_COLOURS(0.06);

        /** Strength of the change of the photo's light. */
        private final double light;

        Change(double light) {
            this.light = light;
        }
    }

    private SampleBatches(StructureSampleSource source, StructureNetConfig config, int size, Change change, long seed) {
        if (size < 1) {
            throw new IllegalArgumentException("batch size must be at least 1, got " + size);
        }
        this.source = source;
        this.config = config;
        this.size = size;
        this.change = change;
        this.seed = seed;
    }

    /** Augmented: mirrored half of the time, colours jittered. */
    public static SampleBatches training(StructureSampleSource source, StructureNetConfig config, int size, long seed) {
        return new SampleBatches(source, config, size, Change.STRUCTURE, seed);
    }

    /**
     * Mirrored half of the time; in a third of them red, green and blue are exchanged in photo and standard image
     * alike, which makes another garment; and the photo's light changes mildly.
     */
    public static SampleBatches trueColours(
            StructureSampleSource source, StructureNetConfig config, int size, long seed) {
        return new SampleBatches(source, config, size, Change.TRUE_COLOURS, seed);
    }

    /** As they are. */
    public static SampleBatches plain(StructureSampleSource source, StructureNetConfig config, int size) {
        return new SampleBatches(source, config, size, Change.NONE, 0);
    }

    @Override
    public StructureBatch batch(long step) {
        PhotoInput photo = new PhotoInput(config.wild().side());
        StandardInput standard = new StandardInput(config.standard().side());
        int mask = photo.maskSide() * photo.maskSide();
        int cells = config.fieldSide() * config.fieldSide();
        float[] photos = new float[size * photo.length()];
        float[] masks = new float[size * mask];
        float[] standards = new float[size * standard.length()];
        float[] fields = new float[size * cells];
        List<GarmentAttributes> attributes = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            long index = Math.addExact(Math.multiplyExact(step, size), i);
            StructureSample sample = source.sample(index);
            SplittableRandom random = new SplittableRandom(seed ^ index * 0x9e3779b97f4a7c15L);
            boolean mirrored = change != Change.NONE && random.nextBoolean();
            photo.write(sample.photo(), photos, i * photo.length());
            standard.write(sample.standard(), sample.silhouette(), standards, i * standard.length());
            writeMask(photo, sample, masks, i * mask, mirrored);
            SignedDistanceField field = StandardInput.field(sample.silhouette()).resize(config.fieldSide());
            float[] distances = field.toArray();
            if (mirrored) {
                Augmentation.mirror(photos, i * photo.length(), photo.side(), 3);
                Augmentation.mirror(standards, i * standard.length(), standard.side(), 4);
                Augmentation.mirror(distances, 0, config.fieldSide(), 1);
            }
            if (change == Change.TRUE_COLOURS) {
                int turn = Augmentation.turn(random);
                Augmentation.exchange(photos, i * photo.length(), photo.side() * photo.side(), 3, turn);
                Augmentation.exchange(standards, i * standard.length(), standard.side() * standard.side(), 4, turn);
            }
            if (change == Change.STRUCTURE) {
                int pixels = standard.side() * standard.side();
                Augmentation.recolour(standards, i * standard.length(), pixels, 0.15, random);
            }
            if (change.light > 0) {
                Augmentation.relight(photos, i * photo.length(), photo.side() * photo.side(), change.light, random);
            }
            FieldPatches.write(distances, config.fieldSide(), config.fieldLimit(), fields, i * cells);
            attributes.add(sample.attributes());
        }
        return new StructureBatch(size, photos, masks, standards, fields, attributes);
    }

    private static void writeMask(PhotoInput photo, StructureSample sample, float[] out, int to, boolean mirrored) {
        int side = photo.maskSide();
        if (sample.garmentInPhoto().isEmpty()) {
            Arrays.fill(out, to, to + side * side, -1);
            return;
        }
        photo.writeMask(sample.garmentInPhoto().get(), out, to);
        if (mirrored) {
            // Two exchanges mirror the token order: the tokens of a row, then the cells of each pair.
            Augmentation.mirror(out, to, side / 2, 4);
            for (int i = to; i < to + side * side; i += 2) {
                float swap = out[i];
                out[i] = out[i + 1];
                out[i + 1] = swap;
            }
        }
    }
}
