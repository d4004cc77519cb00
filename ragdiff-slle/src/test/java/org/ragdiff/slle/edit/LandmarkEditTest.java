package org.ragdiff.slle.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

/** Outlines of boxes, whose edited sizes are known. */
class LandmarkEditTest {
    private static final int SIDE = 200;

    /** A box in shares of the frame. */
    private record Part(double left, double top, double right, double bottom) {
        boolean holds(double x, double y) {
            return x >= left && x < right && y >= top && y < bottom;
        }
    }

    private static final Part BODY = new Part(0.3, 0.05, 0.7, 0.95);
    private static final Part[] SHIRT = {BODY, new Part(0.15, 0.1, 0.3, 0.3), new Part(0.7, 0.1, 0.85, 0.3)};

    /** Sleeves that hang beside the body, a gap between. */
    private static final Part[] LONG_SLEEVED = {
        BODY,
        new Part(0.15, 0.1, 0.25, 0.9),
        new Part(0.25, 0.1, 0.3, 0.2),
        new Part(0.75, 0.1, 0.85, 0.9),
        new Part(0.7, 0.1, 0.75, 0.2)
    };

    private static final Part[] TROUSERS = {
        new Part(0.3, 0.05, 0.7, 0.4), new Part(0.3, 0.4, 0.47, 0.95), new Part(0.53, 0.4, 0.7, 0.95)
    };

    private static SignedDistanceField draw(Part... parts) {
        boolean[] inside = new boolean[SIDE * SIDE];
        for (int i = 0; i < inside.length; i++) {
            for (Part p : parts) {
                inside[i] |= p.holds((i % SIDE + 0.5) / SIDE, (i / SIDE + 0.5) / SIDE);
            }
        }
        return SignedDistanceField.of(new Silhouette(SIDE, SIDE, inside));
    }

    private static SignedDistanceField edited(String edit, Part... parts) {
        return LandmarkEdit.parse(edit).apply(draw(parts));
    }

    /** IoU with the wanted boxes, brought into the standard frame as an edit does: by one that is none. */
    private static double iou(SignedDistanceField got, Part... wanted) {
        EditCanvas canvas = EditCanvas.of(draw(wanted));
        return got.toSilhouette().iou(canvas.framed(got.side()).toSilhouette());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.3, -0.1, 0.05, 0.04})
    void hemMovesByItsShareOfTheFrame(double hem) {
        Part[] wanted = SHIRT.clone();
        wanted[0] = new Part(BODY.left, BODY.top, BODY.right, BODY.bottom + hem);
        assertThat(iou(edited("hem=" + hem, SHIRT), wanted)).isGreaterThan(0.97);
    }

    @Test
    void sleevesBesideTheBodyStayWhenItsHemMoves() {
        Part[] wanted = LONG_SLEEVED.clone();
        wanted[0] = new Part(BODY.left, BODY.top, BODY.right, BODY.bottom - 0.2);
        assertThat(iou(edited("hem=-0.2", LONG_SLEEVED), wanted)).isGreaterThan(0.97);
    }

    @Test
    void bothLegsAreCroppedAndLengthened() {
        Part[] wanted = TROUSERS.clone();
        wanted[1] = new Part(0.3, 0.4, 0.47, 0.7);
        wanted[2] = new Part(0.53, 0.4, 0.7, 0.7);
        assertThat(iou(edited("hem=-0.25", TROUSERS), wanted)).isGreaterThan(0.97);
        wanted[1] = new Part(0.3, 0.4, 0.47, 0.99);
        wanted[2] = new Part(0.53, 0.4, 0.7, 0.99);
        assertThat(iou(edited("hem=0.04", TROUSERS), wanted)).isGreaterThan(0.97);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.08, 0.1})
    void sleevesGrowAlongTheirAxis(double sleeve) {
        Part[] wanted = {BODY, new Part(0.15 - sleeve, 0.1, 0.3, 0.3), new Part(0.7, 0.1, 0.85 + sleeve, 0.3)};
        assertThat(iou(edited("sleeve=" + sleeve, SHIRT), wanted)).isGreaterThan(0.97);
    }

    @Test
    void hangingSleevesAreCutFromBelow() {
        SignedDistanceField before = draw(LONG_SLEEVED);
        SignedDistanceField after = edited("sleeve=-0.2", LONG_SLEEVED);
        // The box stays: the body is longer than the sleeves, and as wide as they are above.
        assertThat(after.toSilhouette().iou(before.toSilhouette())).isBetween(0.85, 0.97);
        assertThat(after.toSilhouette().at(SIDE / 5, SIDE * 8 / 10)).isFalse();
        assertThat(before.toSilhouette().at(SIDE / 5, SIDE * 8 / 10)).isTrue();
        assertThat(after.toSilhouette().at(SIDE / 5, SIDE * 5 / 10)).isTrue();
    }

    @Test
    void mirrorExchangesLeftAndRightAndKeepsDistances() {
        SignedDistanceField field = draw(BODY, new Part(0.7, 0.1, 0.9, 0.3));
        SignedDistanceField other = edited("mirror", BODY, new Part(0.7, 0.1, 0.9, 0.3));
        for (int y = 0; y < SIDE; y += 7) {
            for (int x = 0; x < SIDE; x += 3) {
                assertThat(other.at(x, y)).isEqualTo(field.at(SIDE - 1 - x, y));
            }
        }
        assertThat(new LandmarkEdit(0, 0, true).apply(other)).isEqualTo(field);
        assertThat(LandmarkEdit.NONE.apply(field)).isSameAs(field);
    }

    @Test
    void editedOutlineFillsTheStandardFrame() {
        boolean[] inside =
                edited("hem=-0.3,sleeve=0.05,mirror", SHIRT).toSilhouette().toArray();
        int first = SIDE;
        int last = 0;
        int top = SIDE;
        int bottom = 0;
        for (int i = 0; i < inside.length; i++) {
            if (inside[i]) {
                first = Math.min(first, i % SIDE);
                last = Math.max(last, i % SIDE);
                top = Math.min(top, i / SIDE);
                bottom = Math.max(bottom, i / SIDE);
            }
        }
        assertThat(Math.max(last - first, bottom - top) + 1.0).isEqualTo(0.9 * SIDE, within(2.0));
        assertThat(first + last).isCloseTo(SIDE - 1, within(2));
        assertThat(top + bottom).isCloseTo(SIDE - 1, within(2));
        // 0.8 across, of which 0.6 high.
        assertThat((bottom - top + 1.0) / (last - first + 1)).isEqualTo(0.6 / 0.8, within(0.02));
    }

    @Test
    void refusesWhatCannotBeDone() {
        assertThatThrownBy(() -> edited("sleeve=0.1", TROUSERS)).hasMessageContaining("no sleeves");
        assertThatThrownBy(() -> edited("sleeve=-0.2", SHIRT)).hasMessageContaining("cut off a sleeve");
        assertThatThrownBy(() -> edited("hem=-0.5", new Part(0.4, 0.4, 0.6, 0.7)))
                .hasMessageContaining("leave nothing");
        assertThatThrownBy(() -> edited("hem=0.1", new Part(0, 0, 0, 0))).hasMessageContaining("encloses nothing");
    }

    @Test
    void textIsReadStrictly() {
        assertThat(LandmarkEdit.parse(" mirror, hem=-0.1 ,sleeve=+0.1")).isEqualTo(new LandmarkEdit(-0.1, 0.1, true));
        assertThat(LandmarkEdit.parse("hem=-0.1,sleeve=+0.1,mirror").text()).isEqualTo("hem=-0.1,sleeve=0.1,mirror");
        for (String wrong : new String[] {
            "", "hem", "hem=", "hem=x", "hem=0.6", "hem=NaN", "mirror=1", "waist=0.1", "mirror,mirror", "hem=0"
        }) {
            assertThatThrownBy(() -> LandmarkEdit.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
