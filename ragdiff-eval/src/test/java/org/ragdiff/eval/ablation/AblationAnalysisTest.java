package org.ragdiff.eval.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ragdiff.eval.ablation.AblationAnalysis.Comparison;
import org.ragdiff.eval.ablation.AblationAnalysis.Row;
import org.ragdiff.eval.ablation.AblationAnalysis.Section;
import org.ragdiff.eval.stat.Holm;
import org.ragdiff.eval.stat.PairedWilcoxon;
import org.ragdiff.eval.stat.SeedFactor;

class AblationAnalysisTest {
    private static final String[] SIX = {"slle-field", "slle", "top1", "mean", "softmax", "none"};

    private static Row row(Section s, String label) {
        return s.rows().stream()
                .filter(r -> r.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    /** Garment effects, noise of each cell, and a gain for each variant. */
    private static Plans.Value noisy(long seed, double[] gain, double ofSeed) {
        return (cell, garment, figure) -> {
            int variant = List.of(SIX).indexOf(cell.variant().get("aggregator"));
            double own = new Random(seed * 1_000_003 + garment).nextGaussian();
            double common = new Random(seed * 7_919 + cell.seed() * 31 + variant * 1_009L).nextGaussian();
            double noise = new Random(seed * 104_729 + cell.index() * 613L + garment * 15_485_863L).nextGaussian();
            return 0.5 + 0.1 * own + 0.05 * noise + ofSeed * common + gain[variant];
        };
    }

    /**
     * Under no difference, 2,000 ablations of six variants, 24 garments and three seeds: any difference from the
     * baseline is found in 5 % of them, give or take 1.5 %. Noise is drawn as fast as can be: this takes seconds.
     */
    @Test
    void familywiseErrorIsWhatItSays() {
        int rounds = 2000;
        int garments = 24;
        int seeds = 3;
        Random random = new Random(606);
        int ablationsWithAFind = 0;
        int finds = 0;
        for (int r = 0; r < rounds; r++) {
            double[][] means = new double[SIX.length][garments];
            for (int g = 0; g < garments; g++) {
                double own = random.nextGaussian();
                for (double[] m : means) {
                    for (int s = 0; s < seeds; s++) {
                        m[g] += (own + 0.5 * random.nextGaussian()) / seeds;
                    }
                }
            }
            double[] p = new double[SIX.length - 1];
            for (int v = 1; v < SIX.length; v++) {
                p[v - 1] = PairedWilcoxon.test(means[v], means[0]).pValue();
            }
            int found = 0;
            for (double adjusted : Holm.adjust(p)) {
                found += adjusted <= AblationAnalysis.ALPHA ? 1 : 0;
            }
            finds += found;
            ablationsWithAFind += found > 0 ? 1 : 0;
        }
        assertThat(ablationsWithAFind / (double) rounds).isBetween(0.035, 0.065);
        assertThat(finds).isGreaterThanOrEqualTo(ablationsWithAFind);
    }

    /** The same by the whole analysis, with its family over two figures, and no place given away. */
    @Test
    void theWholeAnalysisFindsLittleWhereNothingIs() {
        AblationPlan plan = Plans.of(List.of("ssim", "deltaE"), SeedFactor.NESTED, 2, SIX);
        int rounds = 60;
        int found = 0;
        int ranked = 0;
        for (int r = 0; r < rounds; r++) {
            AblationAnalysis a = AblationAnalysis.of(Plans.results(plan, 20, noisy(r, new double[6], 0)));
            found += a.sections().get(0).rows().stream()
                            .flatMap(row -> row.scores().values().stream())
                            .anyMatch(s ->
                                    s.comparison().map(Comparison::supported).orElse(false))
                    ? 1
                    : 0;
            ranked += a.sections().get(0).rankings().stream()
                            .allMatch(x -> x.places().empty())
                    ? 0
                    : 1;
        }
        assertThat(found).isLessThanOrEqualTo(7);
        // Two figures, each a family of its own.
        assertThat(ranked).isLessThanOrEqualTo(11);
    }

    @Test
    void realDifferencesAreFoundAndRanked() {
        AblationPlan plan = Plans.of(List.of("ssim"), SeedFactor.NESTED, 3, SIX);
        double[] gain = {0.05, 0.05, 0, 0, 0, -0.3};
        AblationAnalysis a = AblationAnalysis.of(Plans.results(plan, 40, noisy(5, gain, 0)));
        Section s = a.sections().get(0);
        assertThat(s.rows().get(0).baseline()).isTrue();
        assertThat(s.rows().get(0).scores().get("ssim").comparison()).isEmpty();
        Comparison none = row(s, "none").scores().get("ssim").comparison().orElseThrow();
        assertThat(none.supported()).isTrue();
        assertThat(none.difference().estimate()).isEqualTo(-0.35, within(0.03));
        assertThat(none.tested().rankBiserial()).isEqualTo(-1);
        assertThat(none.tested().dz()).isLessThan(-3);
        Comparison slle = row(s, "slle").scores().get("ssim").comparison().orElseThrow();
        assertThat(slle.supported()).isFalse();
        AblationAnalysis.Ranking ranking = s.rankings().get(0);
        assertThat(ranking.labels().subList(0, 2)).containsExactlyInAnyOrder("slle-field", "slle");
        assertThat(ranking.places().best()).isEqualTo(List.of(1, 1, 3, 3, 3, 6));
        assertThat(ranking.places().worst()).isEqualTo(List.of(2, 2, 5, 5, 5, 6));
        assertThat(AblationMarkdown.ranking(ranking))
                .contains("no full ranking")
                .contains("none 6");
        double[] apart = {0.6, 0.5, 0.4, 0.3, 0.2, 0.1};
        AblationAnalysis full = AblationAnalysis.of(Plans.results(plan, 40, noisy(5, apart, 0)));
        assertThat(AblationMarkdown.ranking(full.sections().get(0).rankings().get(0)))
                .isEqualTo("ssim: slle-field > slle > top1 > mean > softmax > none.");
    }

    /** A variant whose seeds scatter more than its gain: as nested it is found, as crossed it is not. */
    @Test
    void seedsThatMoveAllGarmentsCountAsSuch() {
        double[] none = new double[6];
        int nested = 0;
        int crossed = 0;
        for (int r = 0; r < 10; r++) {
            Plans.Value value = noisy(r, none, 0.2);
            for (SeedFactor f : SeedFactor.values()) {
                AblationPlan plan = Plans.of(List.of("ssim"), f, 5, "slle-field", "slle");
                Comparison c = row(
                                AblationAnalysis.of(Plans.results(plan, 40, value))
                                        .sections()
                                        .get(0),
                                "slle")
                        .scores()
                        .get("ssim")
                        .comparison()
                        .orElseThrow();
                nested += f == SeedFactor.NESTED && c.supported() ? 1 : 0;
                crossed += f == SeedFactor.CROSSED && c.supported() ? 1 : 0;
            }
        }
        assertThat(nested).isGreaterThanOrEqualTo(8);
        assertThat(crossed).isLessThanOrEqualTo(3);
    }

    @Test
    void gapsAndFailuresAreLeftOut() {
        AblationPlan plan = Plans.of(List.of("ssim", "landmarkIou"), SeedFactor.NESTED, 2, "slle", "top1", "none");
        AblationResults whole = Plans.results(plan, 10, (c, g, m) -> {
            boolean none = c.variant().get("aggregator").equals("none");
            if (m.equals("landmarkIou") && (none || g == 3 && c.seed() == 2)) {
                return Double.NaN;
            }
            return c.index() + g / 10.0;
        });
        List<CellResult> cells = new java.util.ArrayList<>(whole.cells());
        CellResult c = cells.get(2);
        cells.set(2, new CellResult(2, c.variant(), c.seed(), c.data(), "", "disk full", Map.of(), List.of()));
        AblationAnalysis a =
                AblationAnalysis.of(Plans.results(plan, whole.data().get(0).garments(), cells));
        Section s = a.sections().get(0);
        assertThat(row(s, "slle").scores().get("landmarkIou").interval().n()).isEqualTo(9);
        assertThat(row(s, "slle").scores().get("ssim").mean().value()).isEqualTo(0.5 + 0.45, within(1e-12));
        assertThat(row(s, "top1").failure()).contains("1 of 2 cells failed: disk full");
        assertThat(row(s, "top1").scores()).isEmpty();
        assertThat(row(s, "none").scores()).containsOnlyKeys("ssim");
        assertThat(AblationMarkdown.of(a))
                .contains("| top1 | failed | failed |", "| none | 4.950", "cell 2, top1, seed 1, made: disk full");
    }
}
