package org.ragdiff.eval.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ragdiff.eval.ablation.AblationPlan.Cell;
import org.ragdiff.eval.stat.SeedFactor;

class AblationPlanTest {
    private static AblationPlan plan(Map<String, List<String>> axes, Map<String, String> baseline, Long... seeds) {
        return new AblationPlan(
                "x",
                "ragdiff/v1",
                List.of("ssim"),
                axes,
                Map.of(),
                baseline,
                List.of(seeds),
                SeedFactor.NESTED,
                List.of("a", "b"));
    }

    private static Map<String, List<String>> axes() {
        Map<String, List<String>> axes = new LinkedHashMap<>();
        axes.put("aggregator", List.of("slle", "top1"));
        axes.put("steps", List.of("5", "10"));
        axes.put("sampler", List.of("euler"));
        return axes;
    }

    @Test
    void everyCombinationIsACell() {
        AblationPlan p = plan(axes(), Map.of("steps", "10"), 1L, 2L);
        assertThat(p.cells()).hasSize(16);
        assertThat(p.cells().get(0))
                .isEqualTo(new Cell(0, Map.of("aggregator", "slle", "steps", "5", "sampler", "euler"), 1, "a"));
        assertThat(p.cells().get(3).variant()).containsEntry("steps", "10");
        assertThat(p.cells().get(15))
                .isEqualTo(new Cell(15, Map.of("aggregator", "top1", "steps", "10", "sampler", "euler"), 2, "b"));
        assertThat(p.cells().stream().distinct()).hasSize(16);
        assertThat(p.baseline()).isEqualTo(Map.of("aggregator", "slle", "steps", "10", "sampler", "euler"));
        assertThat(p.label(p.variants().get(3))).isEqualTo("aggregator=top1 steps=10");
        assertThat(plan(Map.of("aggregator", List.of("slle", "none")), Map.of(), 1L)
                        .label(Map.of("aggregator", "none")))
                .isEqualTo("none");
    }

    private static AblationPlan rows(Map<String, Map<String, String>> rows, Map<String, String> baseline) {
        return new AblationPlan(
                "x",
                "ragdiff/v1",
                List.of("ssim"),
                axes(),
                rows,
                baseline,
                List.of(1L),
                SeedFactor.NESTED,
                List.of("a"));
    }

    /** Rows in place of every combination; axes that a row leaves out have their first value. */
    @Test
    void namedRowsAreVariants() {
        Map<String, Map<String, String>> named = new LinkedHashMap<>();
        named.put("base", Map.of());
        named.put("+ more steps", Map.of("steps", "10"));
        AblationPlan p = rows(named, Map.of());
        assertThat(p.cells()).hasSize(2);
        assertThat(p.variants().get(1)).isEqualTo(Map.of("aggregator", "slle", "steps", "10", "sampler", "euler"));
        assertThat(p.label(p.variants().get(1))).isEqualTo("+ more steps");
        assertThat(p.label(p.baseline())).isEqualTo("base");
        assertThatThrownBy(() -> rows(named, Map.of("aggregator", "top1")))
                .hasMessageContaining("is none of the rows [base, + more steps]");
        assertThatThrownBy(() -> rows(Map.of("odd", Map.of("steps", "7")), Map.of()))
                .hasMessageContaining("row odd's steps is \"7\", expected one of [5, 10]");
        named.put("the same", Map.of("steps", "5"));
        assertThatThrownBy(() -> rows(named, Map.of())).hasMessageContaining("rows base and the same are the same");
    }

    @Test
    void refusesWhatIsNoMatrix() {
        assertThatThrownBy(() -> plan(axes(), Map.of("colour", "x"), 1L))
                .hasMessageContaining("colour")
                .hasMessageContaining("[aggregator, steps, sampler]");
        assertThatThrownBy(() -> plan(axes(), Map.of("steps", "7"), 1L)).hasMessageContaining("[5, 10]");
        assertThatThrownBy(() -> plan(axes(), Map.of(), 1L, 1L)).hasMessageContaining("twice");
        assertThatThrownBy(() -> plan(Map.of("steps", List.of()), Map.of(), 1L)).hasMessageContaining("no value");
        Map<String, List<String>> many = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            many.put("axis" + i, List.of("1", "2", "3", "4"));
        }
        assertThatThrownBy(() -> plan(many, Map.of(), 1L)).hasMessageContaining("at most 100000");
    }
}
