package org.ragdiff.diffusion.diffusers.vision;

import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.SpatialMaps;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A learned position table at the size of an image: as it is, or interpolated as torch does (bicubic).
 *
 * @param table [.., tokens, channels], a class token's position first if there is one
 * @param grid patches along a side of the images that the table is for
 */
record PositionTable(Parameter table, int grid, boolean classToken, int channels) {
    /** [tokens, channels] for an image of h x w patches. */
    Var at(Tape t, int h, int w) {
        Var all = table.on(t);
        if (h == grid && w == grid) {
            return all;
        }
        int first = classToken ? channels : 0;
        int rest = Math.multiplyExact(grid * grid, channels);
        Var row = Shapes.reshape(t, all, 1, first + rest);
        Var map = Shapes.reshape(t, Shapes.sliceChannels(t, row, first, rest), 1, grid, grid, channels);
        Var resized = SpatialMaps.apply(t, map, AxisMap.bicubic(grid, h, false), AxisMap.bicubic(grid, w, false));
        Var placed = Shapes.reshape(t, resized, 1, (long) h * w * channels);
        if (classToken) {
            placed = Shapes.concatChannels(t, Shapes.sliceChannels(t, row, 0, first), placed);
        }
        return Shapes.reshape(t, placed, first / channels + (long) h * w, channels);
    }
}
