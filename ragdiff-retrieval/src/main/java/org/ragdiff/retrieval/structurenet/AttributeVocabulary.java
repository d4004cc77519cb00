package org.ragdiff.retrieval.structurenet;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.GarmentAttributes;

/**
 * The attributes as classes of one long vector: for each field, one class for each constant but UNKNOWN, in
 * the order of the enums. Stateless.
 */
public final class AttributeVocabulary {
    private static final List<Enum<?>[]> FIELDS = List.of(
            GarmentAttributes.Category.values(),
            GarmentAttributes.Sleeve.values(),
            GarmentAttributes.Neckline.values(),
            GarmentAttributes.Length.values(),
            GarmentAttributes.Closure.values(),
            GarmentAttributes.Fit.values());

    /** Number of attribute fields. */
    public static final int FIELD_COUNT = FIELDS.size();

    /** Classes of all fields together. */
    public static final int SIZE =
            FIELDS.stream().mapToInt(values -> values.length - 1).sum();

    private AttributeVocabulary() {}

    /** Classes of a field. */
    public static int size(int field) {
        return FIELDS.get(field).length - 1;
    }

    /** Position of a field's first class. */
    public static int offset(int field) {
        int at = 0;
        for (int f = 0; f < field; f++) {
            at += size(f);
        }
        return at;
    }

    /** Ordinals of the fields; 0 is UNKNOWN. */
    public static int[] ordinals(GarmentAttributes a) {
        return new int[] {
            a.category().ordinal(),
            a.sleeve().ordinal(),
            a.neckline().ordinal(),
            a.length().ordinal(),
            a.closure().ordinal(),
            a.fit().ordinal()
        };
    }

    /** The attributes of such ordinals. */
    public static GarmentAttributes fromOrdinals(int[] o) {
        return new GarmentAttributes(
                GarmentAttributes.Category.values()[o[0]],
                GarmentAttributes.Sleeve.values()[o[1]],
                GarmentAttributes.Neckline.values()[o[2]],
                GarmentAttributes.Length.values()[o[3]],
                GarmentAttributes.Closure.values()[o[4]],
                GarmentAttributes.Fit.values()[o[5]]);
    }

    /** One row of {@link #SIZE} for each garment: 1 at each known class, 0 elsewhere. */
    public static float[] encode(List<GarmentAttributes> attributes) {
        float[] out = new float[attributes.size() * SIZE];
        for (int n = 0; n < attributes.size(); n++) {
            int[] ordinals = ordinals(attributes.get(n));
            for (int f = 0; f < FIELD_COUNT; f++) {
                if (ordinals[f] > 0) {
                    out[n * SIZE + offset(f) + ordinals[f] - 1] = 1;
                }
            }
        }
        return out;
    }

    /** Rows of one field's targets out of {@link #encode}'s rows; a row of zeros where it is unknown. */
    public static float[] targets(float[] encoded, int field) {
        int n = encoded.length / SIZE;
        int size = size(field);
        float[] out = new float[n * size];
        for (int i = 0; i < n; i++) {
            System.arraycopy(encoded, i * SIZE + offset(field), out, i * size, size);
        }
        return out;
    }

    /**
     * Makes fields UNKNOWN: all of a garment with probability {@code all}, else each with {@code each}.
     *
     * @param encoded rows of {@link #encode}; not modified
     */
    public static float[] drop(float[] encoded, double all, double each, SplittableRandom random) {
        float[] out = encoded.clone();
        for (int n = 0; n < out.length / SIZE; n++) {
            boolean everything = random.nextDouble() < all;
            for (int f = 0; f < FIELD_COUNT; f++) {
                if (random.nextDouble() < each || everything) {
                    int from = n * SIZE + offset(f);
                    Arrays.fill(out, from, from + size(f), 0);
                }
            }
        }
        return out;
    }

    /**
     * The most probable constant of each field, or UNKNOWN where its probability stays below
     * {@code confidence}.
     *
     * @param logits rows of {@link #SIZE}
     * @param row which row
     */
    public static GarmentAttributes decode(float[] logits, int row, double confidence) {
        int[] ordinals = new int[FIELD_COUNT];
        for (int f = 0; f < FIELD_COUNT; f++) {
            int from = row * SIZE + offset(f);
            int best = from;
            for (int i = from; i < from + size(f); i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            double sum = 0;
            for (int i = from; i < from + size(f); i++) {
                sum += Math.exp(logits[i] - logits[best]);
            }
            ordinals[f] = 1 / sum >= confidence ? best - from + 1 : 0;
        }
        return fromOrdinals(ordinals);
    }

    /** {@code known}, its UNKNOWN fields filled from {@code predicted}. */
    public static GarmentAttributes complete(GarmentAttributes known, GarmentAttributes predicted) {
        int[] a = ordinals(known);
        int[] b = ordinals(predicted);
        for (int f = 0; f < FIELD_COUNT; f++) {
            a[f] = a[f] == 0 ? b[f] : a[f];
        }
        return fromOrdinals(a);
    }
}
