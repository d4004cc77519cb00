package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.List;

/** All panels of a garment, the lowest first. Immutable. */
record Construction(List<Panel> panels) {
    Construction {
        panels = List.copyOf(panels);
        if (panels.isEmpty() || panels.get(0).overlay()) {
            throw new IllegalArgumentException("a construction starts with a panel that is no overlay");
        }
    }

    Construction laid(Lay lay) {
        return new Construction(panels.stream().map(p -> p.laid(lay)).toList());
    }

    /** The union of the panels: every part runs clockwise, inside is where the winding is not 0. */
    Path2D outline() {
        Path2D.Double union = new Path2D.Double(Path2D.WIND_NON_ZERO);
        for (Panel p : panels) {
            if (!p.overlay()) {
                union.append(Paths.clockwise(p.outline()), false);
            }
        }
        return union;
    }
}
