package org.ragdiff.slle.edit;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;

/** A landmark drawn finely, with a margin on all sides in which it may grow. Mutable, for one thread. */
final class EditCanvas {
    private static final int LEAST_FRAME = 256;

    /** Cells of the frame's side. */
    final int frame;

    /** Cells of the canvas' side: the frame and half a frame around it. */
    final int side;

    /** Row-major; true inside. */
    final boolean[] inside;

    private EditCanvas(int frame) {
        this.frame = frame;
        this.side = 2 * frame;
        this.inside = new boolean[side * side];
    }

    static EditCanvas of(SignedDistanceField landmark) {
        EditCanvas canvas = new EditCanvas(Math.max(LEAST_FRAME, landmark.side()));
        SignedDistanceField fine = landmark.resize(canvas.frame);
        int margin = canvas.frame / 2;
        for (int y = 0; y < canvas.frame; y++) {
            for (int x = 0; x < canvas.frame; x++) {
                canvas.inside[(y + margin) * canvas.side + x + margin] = fine.at(x, y) < 0;
            }
        }
        canvas.box();
        return canvas;
    }

    /** The inside's bounding box; right and bottom are the first outside. */
    record Box(int left, int top, int right, int bottom) {
        int width() {
            return right - left;
        }

        int height() {
            return bottom - top;
        }

        int axis() {
            return (left + right) / 2;
        }
    }

    /** @throws IllegalArgumentException if nothing is inside */
    Box box() {
        int left = side;
        int top = side;
        int right = 0;
        int bottom = 0;
        for (int i = 0; i < inside.length; i++) {
            if (inside[i]) {
                left = Math.min(left, i % side);
                right = Math.max(right, i % side + 1);
                top = Math.min(top, i / side);
                bottom = Math.max(bottom, i / side + 1);
            }
        }
        if (right == 0) {
            throw new IllegalArgumentException("the landmark encloses nothing, there is no outline to edit");
        }
        return new Box(left, top, right, bottom);
    }

    /**
     * Numbers the regions, connected over edges, of the chosen cells.
     *
     * @return for each cell its region's number from 1, or 0
     */
    int[] regions(boolean[] chosen) {
        int[] label = new int[chosen.length];
        ArrayDeque<Integer> open = new ArrayDeque<>();
        int count = 0;
        for (int start = 0; start < chosen.length; start++) {
            if (!chosen[start] || label[start] != 0) {
                continue;
            }
            label[start] = ++count;
            open.add(start);
            while (!open.isEmpty()) {
                int i = open.poll();
                int x = i % side;
                visit(chosen, label, open, count, x > 0 ? i - 1 : -1);
                visit(chosen, label, open, count, x < side - 1 ? i + 1 : -1);
                visit(chosen, label, open, count, i - side);
                visit(chosen, label, open, count, i + side);
            }
        }
        return label;
    }

    private static void visit(boolean[] chosen, int[] label, ArrayDeque<Integer> open, int number, int i) {
        if (i >= 0 && i < chosen.length && chosen[i] && label[i] == 0) {
            label[i] = number;
            open.add(i);
        }
    }

    /** The field of the outline, centred, its longer side over {@link StandardFrame#COVERAGE}. */
    SignedDistanceField framed(int fieldSide) {
        Box box = box();
        double scale = Math.max(box.width(), box.height()) / (StandardFrame.COVERAGE * frame);
        double midX = (box.left() + box.right()) / 2.0;
        double midY = (box.top() + box.bottom()) / 2.0;
        boolean[] out = new boolean[frame * frame];
        for (int y = 0; y < frame; y++) {
            for (int x = 0; x < frame; x++) {
                int sx = (int) Math.floor(midX + (x + 0.5 - frame / 2.0) * scale);
                int sy = (int) Math.floor(midY + (y + 0.5 - frame / 2.0) * scale);
                out[y * frame + x] = sx >= 0 && sy >= 0 && sx < side && sy < side && inside[sy * side + sx];
            }
        }
        return SignedDistanceField.of(new Silhouette(frame, frame, out)).resize(fieldSide);
    }

    /** The run of inside cells of a row that holds the column: {first, last + 1}; null if it is outside. */
    int[] run(int y, int x) {
        if (!inside[y * side + x]) {
            return null;
        }
        int from = x;
        while (from > 0 && inside[y * side + from - 1]) {
            from--;
        }
        int to = x + 1;
        while (to < side && inside[y * side + to]) {
            to++;
        }
        return new int[] {from, to};
    }

    void replace(boolean[] other) {
        System.arraycopy(other, 0, inside, 0, inside.length);
    }

    boolean[] copy() {
        return Arrays.copyOf(inside, inside.length);
    }
}
