package org.ragdiff.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtremesTest {
    private static List<Double> kept(int count, List<Double> values) {
        Extremes extremes = new Extremes(count);
        values.forEach(v -> extremes.add(new EvaluatedGarment(null, null, Map.of(), Map.of("silhouetteIou", v))));
        return extremes.garments().stream()
                .map(g -> g.figures().get("silhouetteIou"))
                .toList();
    }

    @Test
    void bestAndWorstAreKept() {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            values.add(i / 50.0);
        }
        Collections.shuffle(values, new Random(3));
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(Comparator.reverseOrder());
        List<Double> expected = new ArrayList<>(sorted.subList(0, 4));
        expected.addAll(sorted.subList(46, 50));
        assertThat(kept(8, values)).isEqualTo(expected);
    }

    @Test
    void fewerThanAskedForAreAllKept() {
        assertThat(kept(8, List.of(0.2, 0.7, 0.5, 0.5, 0.1, 0.9))).containsExactly(0.9, 0.7, 0.5, 0.5, 0.2, 0.1);
        assertThatThrownBy(() -> new Extremes(1)).hasMessageContaining("got 1");
    }
}
