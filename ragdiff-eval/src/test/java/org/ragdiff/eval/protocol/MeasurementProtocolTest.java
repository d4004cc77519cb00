package org.ragdiff.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.protocol.PictureStep.CentreCrop;
import org.ragdiff.eval.protocol.PictureStep.Resize;
import org.ragdiff.eval.protocol.PictureStep.Samples;

class MeasurementProtocolTest {
    static List<String> names() {
        return Protocols.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyProtocolSaysWhereItIsFrom(String name) {
        MeasurementProtocol p = Protocols.named(name);
        assertThat(p.name()).isEqualTo(name);
        assertThat(p.citation()).isNotBlank();
        assertThat(p.metrics()).isNotEmpty();
        assertThat(p.fields()).containsKeys("name", "citation", "data", "colour", "truth", "result");
        long same = Protocols.names().stream()
                .filter(n -> Protocols.named(n).hash().equals(p.hash()))
                .count();
        assertThat(same).isEqualTo(1);
    }

    @Test
    void aFigureKnowsItsProtocol() {
        MeasurementProtocol p = Protocols.named("tryoffdiff/2025");
        assertThat(p.measured("ssim", 0.79)).hasToString("ssim 0.7900 (tryoffdiff/2025)");
        assertThat(p.quoted("fid", 25.1)).hasToString("fid 25.1000 (tryoffdiff/2025, quoted)");
        assertThat(p.measured("ssim", 0.75).minus(p.measured("ssim", 0.5))).isEqualTo(0.25);
        assertThatThrownBy(() -> p.measured("silhouetteIou", 1)).hasMessageContaining("expected one of [ssim");
        assertThatThrownBy(() -> p.measured("ssim", Double.NaN)).hasMessageContaining("finite");
        assertThatThrownBy(() -> new Measured(null, "ssim", 1, Measured.Origin.MEASURED))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> p.measured("ssim", 1).minus(p.measured("lpips", 1)))
                .hasMessageContaining("lpips");
    }

    @Test
    void figuresOfTwoProtocolsAreNotCompared() {
        Measured ours = Protocols.named("ragdiff/v1").measured("ssim", 0.8);
        Measured theirs = Protocols.named("tryoffdiff/2025").measured("ssim", 0.79);
        ProtocolMismatchException e = catchThrowableOfType(ProtocolMismatchException.class, () -> ours.minus(theirs));
        assertThat(e.getMessage().lines().findFirst().orElseThrow())
                .startsWith("figures of ragdiff/v1 and tryoffdiff/2025 cannot be compared")
                .contains("truth", "figure ssim");
        assertThat(e.getMessage())
                .contains("    ragdiff/v1: resize to 128x128, bicubic antialiased, uint8\n")
                .contains("    tryoffdiff/2025: resize to 768x1024, bilinear antialiased, float32\n");
        assertThat(e.differences())
                .extracting(ProtocolMismatchException.Difference::field)
                .contains("colour");
        // The same name with another setting is another protocol.
        MeasurementProtocol other = RagdiffProtocol.of(new Protocol(
                "ragdiff/v1",
                128,
                "sRGB",
                Protocol.V1.silhouette(),
                0.02,
                Protocol.V1.hallucinationIou(),
                Protocol.V1.hiddenBins(),
                Protocol.V1.bootstrapSeed()));
        assertThatThrownBy(() -> ours.minus(other.measured("ssim", 0.8)))
                .isInstanceOf(ProtocolMismatchException.class)
                .hasMessageContaining("1 fields of their protocols differ: figure boundaryF");
        assertThat(other.hash()).isNotEqualTo(ours.protocol().hash());
    }

    @Test
    void whatIsNotDocumentedIsOnlyQuoted() {
        MeasurementProtocol temu = Protocols.named("temu/2025");
        assertThat(temu.undocumented()).contains("truth", "result", "figure fid");
        assertThat(temu.quoted("fid", 8.71).value()).isEqualTo(8.71);
        assertThatThrownBy(() -> temu.measured("fid", 8.71))
                .hasMessageContaining("does not document")
                .hasMessageContaining("quoted");
        assertThat(Protocols.named("ragdiff/v1").undocumented()).isEmpty();
        assertThat(Protocols.named("tryoffdiff/2025").undocumented()).isEmpty();
        assertThat(Protocols.named("cat-vton/2024").undocumented()).isEmpty();
    }

    /** The branches of TryOffDiff's evaluation script. */
    @Test
    void preparationsFollowTheSource() {
        MeasurementProtocol p = Protocols.named("tryoffdiff/2025");
        assertThat(p.result().stepsFor(512, 512))
                .containsExactly(
                        new Resize(1024, 1024, ResampleFilter.BILINEAR, Samples.FLOAT32), new CentreCrop(768, 1024));
        assertThat(p.result().stepsFor(1024, 1024)).containsExactly(new CentreCrop(768, 1024));
        assertThat(p.result().stepsFor(768, 1024)).isEmpty();
        assertThat(p.result().stepsFor(384, 512))
                .containsExactly(new Resize(768, 1024, ResampleFilter.BILINEAR, Samples.FLOAT32));
        assertThatThrownBy(() -> p.result().stepsFor(640, 480)).hasMessageContaining("640x480");
        assertThat(p.metric("dists").result().orElseThrow().stepsFor(512, 512))
                .containsExactly(
                        new CentreCrop(384, 512), new Resize(256, 341, ResampleFilter.BILINEAR, Samples.UINT8));
    }

    /** Every figure of the collected tables can be quoted under a protocol. */
    @Test
    void collectedFiguresHaveAProtocol() throws IOException {
        Path file = Path.of("..", "..", "shared", "oracles", "09_vtoff_numbers.json");
        Assumptions.assumeTrue(Files.exists(file), "skipped: " + file + " is not there");
        Map<String, String> protocols =
                Map.of("temu", "temu/2025", "voost", "voost/2025", "unifit", "unifit/2026", "any2any", "any2any/2025");
        int quoted = 0;
        for (JsonNode c : new ObjectMapper().readTree(file.toFile()).get("cases")) {
            String name = protocols.get(c.get("id").asText().split("\\.")[0]);
            if (name != null && c.get("expected").isArray()) {
                String[] figures = c.get("procedure").asText().split(", ");
                for (int i = 0; i < figures.length; i++) {
                    if (c.get("expected").get(i).isNumber()) {
                        Protocols.named(name)
                                .quoted(
                                        key(figures[i]),
                                        c.get("expected").get(i).asDouble());
                        quoted++;
                    }
                }
            }
        }
        assertThat(quoted).isEqualTo(46);
    }

    private static String key(String figure) {
        return switch (figure) {
            case "MS-SSIM" -> "msSsim";
            case "CW-SSIM" -> "cwSsim";
            case "CLIP-FID" -> "clipFid";
            default -> figure.toLowerCase(java.util.Locale.ROOT);
        };
    }
}
