package org.ragdiff.eval.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.eval.protocol.Protocols;
import org.ragdiff.eval.stat.SeedFactor;

class AblationTablesTest {
    private static final AblationPlan PLAN =
            Plans.of(List.of("silhouetteIou", "deltaE"), SeedFactor.NESTED, 2, "slle", "none", "odd_%|,name");

    private static final AblationResults RESULTS = Plans.results(
            PLAN, 12, (c, g, m) -> (m.equals("deltaE") ? 12 : 0.25) + c.index() / 2 * 0.125 + (g * 7 % 5) * 0.01);

    private final AblationAnalysis analysis = AblationAnalysis.of(RESULTS);

    @Test
    void markdownHoldsFiguresTestsAndProtocol() {
        String text = AblationMarkdown.of(analysis);
        String hash = Protocols.named("ragdiff/v1").hash().substring(0, 12);
        assertThat(text)
                .contains("Protocol ragdiff/v1 (hash " + hash + ")")
                .contains("| variant | silhouetteIou ↑ | deltaE ↓ |")
                .contains("| slle (baseline) | 0.268 [")
                // The same difference for all garments: no spread.
                .contains("| none | silhouetteIou | +0.125 [+0.125, +0.125] * | <0.001 | 0.002 | +1.00 |")
                .contains("odd_%\\|,name")
                .contains("silhouetteIou: odd_%|,name > none > slle.");
    }

    @Test
    void csvHoldsEveryDigit() {
        List<String> lines = AblationCsv.of(analysis).lines().toList();
        assertThat(lines).hasSize(1 + 6);
        int columns = lines.get(0).split(",").length;
        assertThat(lines.get(1).split(",", -1)).hasSize(columns);
        assertThat(lines.get(5)).startsWith("made,\"odd_%|,name\",\"odd_%|,name\",8,silhouetteIou,12,2,");
        List<String> header = Arrays.asList(lines.get(0).split(","));
        String[] none = lines.get(3).split(",", -1);
        double mean = analysis.sections()
                .get(0)
                .rows()
                .get(1)
                .scores()
                .get("silhouetteIou")
                .mean()
                .value();
        assertThat(Double.parseDouble(none[header.indexOf("mean")])).isEqualTo(mean);
        assertThat(none[header.indexOf("supported")]).isEqualTo("true");
        assertThat(none[header.indexOf("protocolHash")])
                .isEqualTo(Protocols.named("ragdiff/v1").hash());
    }

    @Test
    void latexIsEscaped() {
        String text = AblationLatex.of(analysis);
        assertThat(text)
                .contains("\\begin{tabular}{lrr}", "variant & silhouetteIou $\\uparrow$ & deltaE $\\downarrow$ \\\\")
                .contains("odd\\_\\%|,name & 0.518* {\\small [", "95 \\% intervals");
        assertThat(text.chars().filter(c -> c == '{').count())
                .isEqualTo(text.chars().filter(c -> c == '}').count());
        assertThat(text.lines().filter(l -> l.endsWith(" \\\\"))).hasSize(4);
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a/results.json");
        RESULTS.write(file);
        AblationResults read = AblationResults.read(file);
        assertThat(read).isEqualTo(RESULTS);
        assertThat(read.toJson()).isEqualTo(Files.readString(file));
        assertThat(AblationAnalysis.of(read)).isEqualTo(analysis);
        String hash = Protocols.named("ragdiff/v1").hash();
        String text = Files.readString(file);
        assertThat(text)
                .contains("\"hash\" : \"" + hash + "\"", "resize to 128x128")
                .doesNotContain("\r");
        Files.writeString(file, text.replace(hash, "f".repeat(64)));
        assertThatThrownBy(() -> AblationResults.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("results.json")
                .hasMessageContaining("read it with the version that wrote it");
        Files.writeString(file, text.replaceFirst("\"seed\" : 1", "\"seed\" : 9"));
        assertThatThrownBy(() -> AblationResults.read(file)).hasMessageContaining("is not the plan's");
        Files.writeString(file, "[1");
        assertThatThrownBy(() -> AblationResults.read(file)).isInstanceOf(IOException.class);
    }
}
