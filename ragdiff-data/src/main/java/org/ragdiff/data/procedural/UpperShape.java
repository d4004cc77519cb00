package org.ragdiff.data.procedural;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.GarmentAttributes.Closure;
import org.ragdiff.core.GarmentAttributes.Fit;
import org.ragdiff.core.GarmentAttributes.Length;
import org.ragdiff.core.GarmentAttributes.Sleeve;

/**
 * A garment that hangs from the shoulders: T-shirt to coat, and dresses. Immutable.
 *
 * @param category what it is called
 * @param body front and back
 * @param sleeve none for sleeveless garments
 * @param neck neckline and collar
 * @param front closure and pockets
 * @param seams what else is sewn
 */
record UpperShape(
        Category category, BodyCut body, Optional<SleeveCut> sleeve, NeckCut neck, FrontCut front, SeamCut seams)
        implements GarmentShape {
    UpperShape {
        boolean straps = neck.kind() == NeckCut.Kind.STRAPS;
        if (straps && sleeve.isPresent()) {
            throw new IllegalArgumentException("a garment on straps has no sleeves");
        }
        double strap = straps ? neck.size() : 0;
        if (body.shoulder() < neck.width() + strap - 1e-9) {
            throw new IllegalArgumentException("the shoulder ends at " + body.shoulder()
                    + " cm, inside the neckline's half width of " + neck.width() + " cm");
        }
        if (neck.depth() > body.length() - 4) {
            throw new IllegalArgumentException(
                    "a neckline of " + neck.depth() + " cm in a garment of " + body.length() + " cm");
        }
    }

    UpperShape withSleeve(SleeveCut s) {
        return new UpperShape(category, body, Optional.of(s), neck, front, seams);
    }

    @Override
    public double length() {
        return body.length();
    }

    @Override
    public GarmentAttributes attributes() {
        return new GarmentAttributes(
                category, sleeveLength(), neck.neckline(), lengthName(body.length()), front.closure(), fit());
    }

    private Sleeve sleeveLength() {
        double l = sleeve.map(SleeveCut::length).orElse(0.0);
        if (l == 0) {
            return Sleeve.NONE;
        }
        return l < 28 ? Sleeve.SHORT : l < 44 ? Sleeve.ELBOW : Sleeve.LONG;
    }

    static Length lengthName(double length) {
        if (length < 54) {
            return Length.CROPPED;
        }
        return length < 77
                ? Length.HIP
                : length < 92 ? Length.THIGH : length < 110 ? Length.KNEE : length < 128 ? Length.CALF : Length.ANKLE;
    }

    private Fit fit() {
        if (body.hem() > 1.22 * body.chest()) {
            return Fit.FLARED;
        }
        double waist = body.waist() / body.chest();
        return body.chest() > 29 && waist > 0.9
                ? Fit.LOOSE
                : waist < 0.9 || body.chest() < 23.5 ? Fit.SLIM : Fit.REGULAR;
    }

    @Override
    public Construction construct(Look look) {
        List<Panel> panels = new ArrayList<>();
        panels.add(back());
        if (neck.kind() == NeckCut.Kind.STRAPS) {
            CollarPattern.straps(this, panels);
        }
        CollarPattern.behind(this, panels);
        boolean raglan = sleeve.isPresent() && sleeve.get().raglan();
        if (!raglan) {
            SleevePattern.add(this, look, panels);
        }
        FrontPattern.add(this, look, panels);
        if (raglan) {
            SleevePattern.add(this, look, panels);
        }
        CollarPattern.inFront(this, look, panels);
        return new Construction(panels);
    }

    /** The inside of the back, seen through the neckline and an open front. */
    private Panel back() {
        boolean straps = neck.kind() == NeckCut.Kind.STRAPS;
        double strapEnd = neck.strapEnd();
        Contour c = straps
                ? Contour.from(0, strapEnd + 1.5)
                        .curve(0.5 * neck.width(), strapEnd + 1.5, 0.8 * neck.width(), strapEnd, neck.width(), strapEnd)
                        .line(neck.width() + neck.size(), strapEnd)
                : neck.backLine();
        List<Mark> marks = new ArrayList<>();
        if (!straps) {
            marks.add(Mark.stroke(neck.backLine().mirroredOpen(), 2.6, Mark.DARK, 0.12));
            marks.add(Mark.stroke(neck.backLine().mirroredOpen(), 0.5, Mark.DARK, 0.2));
            double y = neck.back() + 1.4;
            if (seams.label()) {
                marks.add(Mark.fill(Paths.polygon(1, -1.7, y, 1.7, y, 1.7, y + 2.4, -1.7, y + 2.4), 0xe9e7e2, 0.85));
            }
        }
        return Panel.of(body.outer(c, 0).mirroredClosed(), Cloth.LINING, Panel.Drape.FLAT)
                .withLight(0.74)
                .with(marks);
    }

    /** Whether the front can be opened down to its hem. */
    boolean opensFully() {
        return front.closure() == Closure.OPEN || front.closure() != Closure.NONE && front.share() > 0.95;
    }
}
