package org.ragdiff.core.nn;

import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.SpatialMaps;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** How a feature map's sides are halved or doubled without weights. */
public enum SideChange {
    NONE {
        @Override
        public Var apply(Tape t, Var x) {
            return x;
        }
    },
    /** Each cell four times. */
    DOUBLE_NEAREST {
        @Override
        public Var apply(Tape t, Var x) {
            return Shapes.upsample2x(t, x);
        }
    },
    /** Means of 2 x 2 cells. */
    HALVE_MEAN {
        @Override
        public Var apply(Tape t, Var x) {
            return Shapes.averagePool2x(t, x);
        }
    },
    /** See {@link AxisMap#binomialDouble}; cannot be recorded in a plan. */
    DOUBLE_BINOMIAL {
        @Override
        public Var apply(Tape t, Var x) {
            return SpatialMaps.apply(
                    t,
                    x,
                    AxisMap.binomialDouble(Math.toIntExact(x.size(1))),
                    AxisMap.binomialDouble(Math.toIntExact(x.size(2))));
        }
    },
    /** See {@link AxisMap#binomialHalf}; cannot be recorded in a plan. */
    HALVE_BINOMIAL {
        @Override
        public Var apply(Tape t, Var x) {
            return SpatialMaps.apply(
                    t,
                    x,
                    AxisMap.binomialHalf(Math.toIntExact(x.size(1))),
                    AxisMap.binomialHalf(Math.toIntExact(x.size(2))));
        }
    };

    /** [N, H, W, C] to half or double the sides. */
    public abstract Var apply(Tape t, Var x);
}
