package org.ragdiff.slle.edit;

import java.util.Locale;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

/**
 * A change to a garment's outline. A pure function; the edited outline is brought back into the standard frame,
 * its longer side over nine tenths of it. Immutable.
 *
 * @param hem share of the frame's side in [-0.5, 0.5] by which the body is lengthened downwards, below 0 cropped
 * @param sleeve share of the frame's side in [-0.5, 0.5] by which each sleeve is lengthened along its axis, below
 *     0 cut
 * @param mirror left and right change places
 */
public record LandmarkEdit(double hem, double sleeve, boolean mirror) {
    private static final double MOST = 0.5;

    /** Changes nothing. */
    public static final LandmarkEdit NONE = new LandmarkEdit(0, 0, false);

    public LandmarkEdit {
        requireShare("hem", hem);
        requireShare("sleeve", sleeve);
    }

    private static void requireShare(String name, double value) {
        if (!(Math.abs(value) <= MOST)) {
            throw new IllegalArgumentException(name + " must be in [-0.5, 0.5] of the frame's side, got " + value);
        }
    }

    /**
     * @param text such as {@code hem=-0.1,sleeve=+0.1,mirror}, in any order
     * @throws IllegalArgumentException for another word, a word that comes twice or a number out of its range
     */
    public static LandmarkEdit parse(String text) {
        LandmarkEdit edit = NONE;
        for (String part : text.split(",", -1)) {
            String[] pair = part.strip().split("=", 2);
            String name = pair[0].strip().toLowerCase(Locale.ROOT);
            LandmarkEdit next =
                    switch (name) {
                        case "hem" -> new LandmarkEdit(number(part, pair), edit.sleeve, edit.mirror);
                        case "sleeve" -> new LandmarkEdit(edit.hem, number(part, pair), edit.mirror);
                        case "mirror" -> {
                            if (pair.length > 1) {
                                throw wrong(part);
                            }
                            yield new LandmarkEdit(edit.hem, edit.sleeve, true);
                        }
                        default -> throw wrong(part);
                    };
            if (next.equals(edit)) {
                throw new IllegalArgumentException("\"" + part.strip() + "\" changes nothing or stands twice");
            }
            edit = next;
        }
        return edit;
    }

    private static double number(String part, String[] pair) {
        try {
            return Double.parseDouble(pair[1].strip());
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw wrong(part);
        }
    }

    private static IllegalArgumentException wrong(String part) {
        return new IllegalArgumentException("an edit has hem=NUMBER, sleeve=NUMBER and mirror with commas between, such"
                + " as hem=-0.1,sleeve=+0.1,mirror; got \"" + part.strip() + "\"");
    }

    /** As {@link #parse} reads it. */
    public String text() {
        StringBuilder out = new StringBuilder();
        if (hem != 0) {
            out.append("hem=").append(hem);
        }
        if (sleeve != 0) {
            out.append(out.isEmpty() ? "" : ",").append("sleeve=").append(sleeve);
        }
        if (mirror) {
            out.append(out.isEmpty() ? "" : ",").append("mirror");
        }
        return out.toString();
    }

    /**
     * @param landmark the outline to change; not modified
     * @return a field of the same side; {@code landmark} itself if nothing changes
     * @throws IllegalArgumentException if the landmark encloses nothing, if it has no sleeves and they are to be
     *     changed, or if nothing would be left
     */
    public SignedDistanceField apply(SignedDistanceField landmark) {
        if (equals(NONE)) {
            return landmark;
        }
        EditCanvas canvas = EditCanvas.of(landmark);
        if (sleeve != 0) {
            SleeveEdit.apply(canvas, sleeve);
        }
        if (hem != 0) {
            HemEdit.apply(canvas, hem);
        }
        SignedDistanceField edited = sleeve != 0 || hem != 0 ? canvas.framed(landmark.side()) : landmark;
        return mirror ? mirrored(edited) : edited;
    }

    /** As {@link #apply(SignedDistanceField)}, for a square mask. */
    public Silhouette apply(Silhouette landmark) {
        return apply(SignedDistanceField.of(landmark)).toSilhouette();
    }

    private static SignedDistanceField mirrored(SignedDistanceField field) {
        int side = field.side();
        float[] out = new float[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                out[y * side + x] = field.at(side - 1 - x, y);
            }
        }
        return new SignedDistanceField(side, out);
    }
}
