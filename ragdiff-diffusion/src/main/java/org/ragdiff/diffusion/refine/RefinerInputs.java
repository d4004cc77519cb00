package org.ragdiff.diffusion.refine;

import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;

/** Evidence as maps of {@link StandardFrame#FIELD_SIDE} cells a side. Stateless. */
public final class RefinerInputs {
    /** Of a cell: the photo's mean colour, visibility and coverage in [-1, 1], the field read, the landmark. */
    public static final int CHANNELS = 7;

    /** Of the truth that results are compared with, at twice the side. */
    public static final int TRUTH_CELLS = FineField.CELLS;

    static final int SIDE = StandardFrame.FIELD_SIDE;
    static final int CELLS = SIDE * SIDE;

    /** Distances in cells at which fields level off. */
    private static final float FAR = 8;

    private RefinerInputs() {}

    /** @return [N, side, side, CHANNELS] */
    public static float[] of(List<LandmarkEvidence> evidence) {
        float[] out = new float[evidence.size() * CELLS * CHANNELS];
        for (int i = 0; i < evidence.size(); i++) {
            LandmarkEvidence e = evidence.get(i);
            write(e, out, i * CELLS * CHANNELS);
        }
        return out;
    }

    private static void write(LandmarkEvidence e, float[] out, int at) {
        float[] read = cells(e.read());
        float[] landmark = cells(e.landmark());
        for (int i = 0; i < CELLS; i++) {
            int cell = at + CHANNELS * i;
            writePhoto(e.photo(), i % SIDE, i / SIDE, out, cell);
            out[cell + 5] = levelled(read[i]);
            out[cell + 6] = levelled(landmark[i]);
        }
    }

    /** Means over the pixels of a cell, or of the one that it lies in. */
    private static void writePhoto(AlignedPhoto photo, int x, int y, float[] out, int at) {
        int side = photo.side();
        int left = x * side / SIDE;
        int top = y * side / SIDE;
        int right = Math.max(left + 1, (x + 1) * side / SIDE);
        int bottom = Math.max(top + 1, (y + 1) * side / SIDE);
        float share = 1f / ((right - left) * (bottom - top));
        for (int row = top; row < bottom; row++) {
            for (int i = row * side + left; i < row * side + right; i++) {
                for (int c = 0; c < 3; c++) {
                    out[at + c] += share * photo.colours()[3 * i + c];
                }
                out[at + 3] += share * (2 * photo.visibility()[i] - 1);
                out[at + 4] += share * (2 * photo.coverage()[i] - 1);
            }
        }
    }

    /** Distances in cells, [side, side]. */
    static float[] cells(SignedDistanceField field) {
        float[] out = field.resize(SIDE).toArray();
        for (int i = 0; i < out.length; i++) {
            out[i] *= SIDE;
        }
        return out;
    }

    /** The landmarks' distances in cells [N, side, side], which corrections are added to. */
    public static float[] landmarks(List<SignedDistanceField> fields) {
        float[] out = new float[fields.size() * CELLS];
        for (int i = 0; i < fields.size(); i++) {
            System.arraycopy(cells(fields.get(i)), 0, out, i * CELLS, CELLS);
        }
        return out;
    }

    /** The truth's distances in cells at twice the side [2 · side, 2 · side]. */
    public static float[] truth(SignedDistanceField field) {
        float[] out = field.resize(FineField.SIDE).toArray();
        for (int i = 0; i < out.length; i++) {
            out[i] *= SIDE;
        }
        return out;
    }

    private static float levelled(float cells) {
        return Math.max(-FAR, Math.min(FAR, cells)) / FAR;
    }

    /** [side, side] distances in cells as a field. */
    static SignedDistanceField field(float[] cells, int from) {
        float[] out = Arrays.copyOfRange(cells, from, from + CELLS);
        for (int i = 0; i < out.length; i++) {
            out[i] /= SIDE;
        }
        return new SignedDistanceField(SIDE, out);
    }
}
