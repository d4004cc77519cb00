package org.ragdiff.diffusion.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.FixtureTensors;

class GuidancePlanTest {
    private static final Set<Stream> ALL = EnumSet.allOf(Stream.class);

    @Test
    void equalsDiffusersWithAndWithoutRescale() {
        FixtureTensors f = FixtureTensors.resource(getClass(), "/fixtures/guidance/guidance.safetensors");
        for (JsonNode c :
                FixtureTensors.json(getClass(), "/fixtures/guidance/cases.json").get("cases")) {
            String name = c.get("name").asText();
            double scale = c.get("guidance_scale").asDouble();
            double[] cond = f.values(name + ".in.cond");
            double[] uncond = f.values(name + ".in.uncond");
            for (double rescale : new double[] {0, 0.7, 1}) {
                GuidancePlan plan = GuidancePlan.of(GuidanceScales.plain(scale).withRescale(rescale), ALL);
                assertThat(plan.branches()).hasSize(scale == 1 ? 1 : 2);
                float[] predictions = new float[cond.length * plan.branches().size()];
                for (int b = 0; b < plan.branches().size(); b++) {
                    double[] values = plan.branches().get(b).streams().isEmpty() ? uncond : cond;
                    for (int i = 0; i < cond.length; i++) {
                        predictions[b * cond.length + i] = (float) values[i];
                    }
                }
                float[] out = new float[cond.length];
                plan.combine(predictions, c.get("shape").get(0).asInt(), out);
                double[] expected = f.values(name + ".out.rescale" + rescale + "_f64");
                for (int i = 0; i < out.length; i++) {
                    assertThat((double) out[i]).isCloseTo(expected[i], within(1e-5 * Math.abs(expected[i]) + 1e-5));
                }
            }
        }
    }

    @Test
    void scalesOfOneNeedOnePrediction() {
        assertThat(GuidancePlan.of(GuidanceScales.none(), ALL).branches())
                .containsExactly(new GuidancePlan.Branch(ALL, 1));
    }

    @Test
    void everyStreamHasItsOwnScale() {
        GuidancePlan plan = GuidancePlan.of(new GuidanceScales(2, 3, 5, 0), ALL);
        // e∅ + 2 (eR − e∅) + 3 (eRS − eR) + 5 (eRSL − eRS), with e = 1, 10, 100, 1000.
        float[] out = new float[1];
        plan.combine(new float[] {1, 10, 100, 1000}, 1, out);
        assertThat(out[0]).isEqualTo(1 + 2 * 9 + 3 * 90 + 5 * 900);
    }

    @Test
    void factorsAlwaysSumToOne() {
        for (Set<Stream> streams : Set.of(ALL, Set.<Stream>of(), Set.of(Stream.LANDMARK), Set.of(Stream.REFERENCE))) {
            for (GuidanceScales s : new GuidanceScales[] {
                new GuidanceScales(0, 1.5, 4, 0), new GuidanceScales(2, 2, 0, 0), GuidanceScales.plain(0)
            }) {
                double sum = GuidancePlan.of(s, streams).branches().stream()
                        .mapToDouble(GuidancePlan.Branch::factor)
                        .sum();
                assertThat(sum).as("%s %s", s, streams).isCloseTo(1, within(1e-12));
            }
        }
    }

    @Test
    void ignoredStreamsAreNotComputed() {
        GuidancePlan plan = GuidancePlan.of(new GuidanceScales(1, 1, 0, 0), ALL);
        assertThat(plan.branches())
                .containsExactly(new GuidancePlan.Branch(Set.of(Stream.REFERENCE, Stream.STRUCTURE), 1));
    }
}
