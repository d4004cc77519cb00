package org.ragdiff.data.wild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WildViewOptionsTest {
    private static Arguments bad(String message, UnaryOperator<WildViewOptions> change) {
        return Arguments.of(message, change);
    }

    static Stream<Arguments> badOptions() {
        return Stream.of(
                bad("side must be in 16..1024, got 15", o -> o.withSide(15)),
                bad("side must be in 16..1024, got 1025", o -> o.withSide(1025)),
                bad("rotation must be in [0.0, 180.0], got -1.0", o -> o.withGeometry(-1, 0, 0, 0)),
                bad("rareRotation must be in [0.0, 180.0], got 181.0", o -> o.withGeometry(0, 181, 0, 0)),
                bad("warp must be in [0.0, 0.2], got 0.3", o -> o.withGeometry(0, 0, 0.3, 0)),
                bad("perspective must be in [0.0, 0.5], got NaN", o -> o.withGeometry(0, 0, 0, Double.NaN)),
                bad("smallest must be in [0.1, 2.0], got 0.05", o -> o.withCoverage(0.05, 1)),
                bad("largest must be in [0.8, 2.0], got 0.7", o -> o.withCoverage(0.8, 0.7)),
                bad("cropChance must be in [0.0, 1.0], got 1.5", o -> o.withHiding(1.5, 0, 0)),
                bad("foldChance must be in [0.0, 1.0], got -0.5", o -> o.withHiding(0, -0.5, 0)),
                bad("occluderChance must be in [0.0, 1.0], got 2.0", o -> o.withHiding(0, 0, 2)),
                bad("shading must be in [0.0, 1.0], got 1.1", o -> o.withCamera(1.1, 0, 0, 0, 90)),
                bad("colourCast must be in [0.0, 0.9], got 1.0", o -> o.withCamera(0, 1, 0, 0, 90)),
                bad("noise must be in [0.0, 64.0], got 65.0", o -> o.withCamera(0, 0, 65, 0, 90)),
                bad("blur must be in [0.0, 16.0], got -1.0", o -> o.withCamera(0, 0, 0, -1, 90)),
                bad("lowestJpegQuality must be in [5.0, 100.0], got 4.0", o -> o.withCamera(0, 0, 0, 0, 4)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badOptions")
    void whatIsOutOfRangeIsNamed(String message, UnaryOperator<WildViewOptions> change) {
        assertThatThrownBy(() -> change.apply(WildViewOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void eachChangeKeepsTheRest() {
        WildViewOptions o = WildViewOptions.defaults();
        assertThat(o.withSide(o.side())
                        .withGeometry(o.rotation(), o.rareRotation(), o.warp(), o.perspective())
                        .withCoverage(o.smallest(), o.largest())
                        .withHiding(o.cropChance(), o.foldChance(), o.occluderChance())
                        .withCamera(o.shading(), o.colourCast(), o.noise(), o.blur(), o.lowestJpegQuality()))
                .isEqualTo(o);
    }
}
