package org.ragdiff.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.eval.perceptual.Backbone;
import org.ragdiff.eval.perceptual.BackboneWeights;
import org.ragdiff.eval.perceptual.Dists;
import org.ragdiff.eval.perceptual.ExactNetwork;
import org.ragdiff.eval.perceptual.Lpips;
import org.ragdiff.eval.perceptual.PerceptualFiles;
import org.ragdiff.eval.perceptual.StandIns;
import org.ragdiff.eval.protocol.Protocols;

class MeasureCommandTest {
    private static final int SIDE = 128;
    private static final int PAIRS = 7;

    @TempDir
    private Path folder;

    private Path truths;
    private Path results;

    /** Results are the truths, brighter by 10 levels, picture i by i more where {@code uneven}. */
    private void write(boolean uneven) throws IOException {
        for (int i = 0; i < PAIRS; i++) {
            Pictures.write(truths.resolve("g" + i + ".png"), picture(i, 0));
            Pictures.write(results.resolve("g" + i + ".png"), picture(i, 10 + (uneven ? i : 0)));
        }
    }

    @BeforeEach
    void folders() throws IOException {
        truths = Files.createDirectories(folder.resolve("truths"));
        results = Files.createDirectories(folder.resolve("results"));
    }

    private static RgbImage picture(int i, int brighter) {
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int at = 0; at < rgb.length; at++) {
            int x = at / 3 % SIDE;
            int y = at / 3 / SIDE;
            rgb[at] = (byte) (100 + 50 * Math.sin((i + 1) * x / 19.0 + at % 3) * Math.cos(y / (i + 7.0)) + brighter);
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    private CommandRun measure(Path of, String protocol, Object... more) {
        Object[] args = new Object[7 + more.length];
        System.arraycopy(
                new Object[] {"measure", "--results", of, "--truths", truths, "--protocol", protocol}, 0, args, 0, 7);
        System.arraycopy(more, 0, args, 7, more.length);
        return CommandRun.of(args);
    }

    private MeasureResults results(Path of, String protocol, Object... more) throws IOException {
        Path out = folder.resolve("out.json");
        Object[] args = new Object[more.length + 2];
        System.arraycopy(more, 0, args, 0, more.length);
        args[more.length] = "--out";
        args[more.length + 1] = out;
        measure(of, protocol, args).done();
        return MeasureResults.read(out);
    }

    private static double value(MeasureResults r, String figure) {
        return r.figure(figure).orElseThrow().value();
    }

    @Test
    void aConstantDifferenceHasItsClosedForms() throws IOException {
        write(true);
        MeasureResults r = results(results, "ragdiff/v1", "--metrics", "psnr,mae");
        assertThat(r.pairs()).containsExactly("g0", "g1", "g2", "g3", "g4", "g5", "g6");
        double psnr = 0;
        for (int i = 0; i < PAIRS; i++) {
            double one = 20 * Math.log10(255.0 / (10 + i));
            assertThat(r.values().get("psnr")[i]).isCloseTo(one, within(1e-9));
            assertThat(r.values().get("mae")[i]).isCloseTo((10 + i) / 255.0, within(1e-12));
            psnr += one / PAIRS;
        }
        MeasuredFigure f = r.figure("psnr").orElseThrow();
        assertThat(f.value()).isCloseTo(psnr, within(1e-9));
        assertThat(f.low()).isBetween(20 * Math.log10(255.0 / 16), psnr);
        assertThat(f.high()).isBetween(psnr, 20 * Math.log10(255.0 / 10));
        assertThat(f.protocolHash()).isEqualTo(Protocols.named("ragdiff/v1").hash());
        // mae is no figure of ragdiff/v1.
        assertThat(r.figure("mae").orElseThrow().protocol()).containsEntry("name", "ragdiff-prepared/v1");
    }

    @Test
    void everyFigureIsPrintedWithProtocolAndHash() throws IOException {
        write(false);
        String hash = Protocols.named("ragdiff/v1").hash().substring(0, 12);
        CommandRun run =
                measure(results, "ragdiff/v1", "--features", "stand-in").done();
        assertThat(run.out()).contains("network fid-shaped/random-vgg16");
        List<String> figures = run.out()
                .lines()
                .filter(l -> l.matches("(psnr|ssim|fid|kid|precision|recall|density|coverage) .*"))
                .toList();
        assertThat(figures).hasSize(8);
        assertThat(figures.subList(0, 2)).allMatch(l -> l.endsWith("  ragdiff/v1 " + hash));
        assertThat(figures.subList(2, 8)).allMatch(l -> l.matches(".* ragdiff-prepared/v1 [0-9a-f]{12}"));
    }

    @Test
    void aFolderIsItself() throws IOException {
        write(false);
        Path tower = SharedFiles.find("fixtures/vision-encoders/clip").orElse(null);
        for (String features : tower == null ? List.of("stand-in") : List.of("stand-in", "tower:" + tower)) {
            MeasureResults r = results(truths, "ragdiff/v1", "--features", features);
            assertThat(value(r, "ssim")).isEqualTo(1);
            assertThat(value(r, "psnr")).isEqualTo(100);
            assertThat(value(r, "fid")).as(features).isCloseTo(0, within(1e-9));
            assertThat(value(r, "kid")).isLessThanOrEqualTo(0);
            for (String share : List.of("precision", "recall", "coverage")) {
                assertThat(value(r, share)).as(share).isEqualTo(1);
            }
            assertThat(r.notes()).anyMatch(n -> n.contains("samples of") && n.contains("dimensions"));
            assertThat(r.networks()).hasSize(1);
            assertThat(r.figure("fid").orElseThrow().protocol().get("figure fid"))
                    .contains(r.networks().values().iterator().next());
        }
    }

    @Test
    void pairsOfOtherEndingsMeetAndOneHasNoInterval() throws IOException {
        Pictures.write(truths.resolve("a.jpg"), Pictures.sample("rgb.png"));
        Pictures.write(results.resolve("a.png"), Pictures.sample("rgb.png"));
        MeasureResults r = results(results, "ragdiff/v1");
        assertThat(r.pairs()).containsExactly("a");
        assertThat(r.figure("ssim").orElseThrow().low()).isNull();
        measure(results, "ragdiff/v1", "--metrics", "mse").done();
        measure(results, "ragdiff/v1", "--features", "stand-in").refused("more than 5 pairs", "got 1");
    }

    @Test
    void namesPicturesWithoutPartners() throws IOException {
        write(false);
        Files.delete(truths.resolve("g3.png"));
        Files.move(results.resolve("g5.png"), results.resolve("other.png"));
        measure(results, "ragdiff/v1")
                .refused("7 results and 6 truths", "g3.png, other.png have no truth", "g5.png have no result");
        Pictures.write(results.resolve("g4.jpg"), Pictures.sample("rgb.png"));
        measure(results, "ragdiff/v1").refused("g4.jpg and g4.png have one name");
    }

    @Test
    void namesABrokenPictureAndASizeThatTheProtocolDoesNotHave() throws IOException {
        write(false);
        Pictures.write(results.resolve("g0.png"), RgbImage.wrap(90, 128, new byte[90 * 128 * 3]));
        measure(results, "tryoffdiff/2025").refused("pair g0, ssim: pictures of 90x128 cannot be prepared");
        byte[] whole = Files.readAllBytes(results.resolve("g4.png"));
        Pictures.write(results.resolve("g4.png"), Arrays.copyOf(whole, whole.length / 2));
        measure(results, "ragdiff/v1").refused("g4.png");
        assertThat(folder.resolve("out.json")).doesNotExist();
    }

    @Test
    void refusesWhatCannotBeMeasured() throws IOException {
        write(false);
        measure(results, "temu/2025").refused("nothing can be measured under temu/2025");
        measure(results, "none/1").refused("unknown protocol \"none/1\"");
        measure(results, "ragdiff/v1", "--metrics", "sim").refused("\"sim\"", "[psnr, ssim]", "ms-ssim");
        measure(results, "ragdiff/v1", "--features", "clip").refused("onnx:FILE, tower:DIR or stand-in");
        measure(results, "ragdiff/v1", "--features", "onnx:" + results.resolve("g0.png"))
                .refused("com.microsoft.onnxruntime:onnxruntime on the class path");
        measure(results, "ragdiff/v1", "--features", "tower:" + folder).refused("preprocessor_config.json");
        measure(results, "ragdiff/v1", "--lpips", folder.resolve("none.safetensors"))
                .refused("none.safetensors");
        measure(truths, "cat-vton/2024", "--metrics", "psnr").refused("pair g0, psnr", "Infinity");
    }

    @Test
    void standInsNeedNoFile() throws IOException {
        write(true);
        MeasureResults r = results(results, "ragdiff/v1", "--lpips", "stand-in", "--dists", "stand-in");
        try (Lpips lpips = StandIns.lpips(ExactNetwork::new);
                Dists dists = StandIns.dists(ExactNetwork::new)) {
            assertThat(r.values().get("lpips")[6])
                    .isCloseTo(lpips.of(picture(6, 16), picture(6, 0)), withinPercentage(0.01));
            assertThat(r.values().get("dists")[6])
                    .isCloseTo(dists.of(picture(6, 16), picture(6, 0)), withinPercentage(0.01));
            assertThat(r.networks())
                    .containsOnly(
                            Map.entry(lpips.name(), lpips.fingerprint()), Map.entry(dists.name(), dists.fingerprint()));
        }
    }

    @Test
    void lpipsIsThatOfTheWeightsGiven() throws IOException {
        write(true);
        Path file = folder.resolve("squeeze.safetensors");
        Backbone backbone = Backbone.squeeze();
        BackboneWeights weights = BackboneWeights.random(backbone, 3);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        backbone.shapes()
                .forEach((name, shape) ->
                        tensors.put(name, FloatMemory.array(weights.values().get(name), shape)));
        List<Integer> channels = backbone.stageChannels();
        for (int i = 0; i < channels.size(); i++) {
            float[] head = new float[channels.get(i)];
            Arrays.fill(head, 0.5f);
            tensors.put("lin" + i + ".model.1.weight", FloatMemory.array(head, 1, head.length, 1, 1));
        }
        SafetensorsWriter.write(file, tensors, Dtype.F32, Map.of());
        tensors.values().forEach(INDArray::close);
        MeasureResults r = results(results, "ragdiff/v1", "--lpips", file, "--layout", "squeeze");
        try (Lpips exact = PerceptualFiles.lpips("squeeze", ExactNetwork::new, List.of(file))) {
            double expected = exact.of(picture(6, 16), picture(6, 0));
            assertThat(r.values().get("lpips")[6]).isCloseTo(expected, withinPercentage(0.01));
            assertThat(r.networks()).containsExactly(Map.entry("lpips/squeeze", exact.fingerprint()));
        }
        measure(results, "ragdiff/v1", "--lpips", file, "--layout", "alex").refused("LPIPS alex", "is missing");
        measure(results, "ragdiff/v1", "--dists", file).refused("DISTS", "alpha is missing");
    }

    @Test
    void resultsAreReadAsTheyWereWritten() throws IOException {
        write(true);
        MeasureResults r = results(results, "ragdiff/v1", "--features", "stand-in");
        Path again = folder.resolve("again.json");
        r.write(again);
        results(results, "ragdiff/v1", "--features", "stand-in");
        assertThat(again).hasSameTextualContentAs(folder.resolve("out.json"));
        assertThat(folder.resolve("out.json.provenance.json")).content().contains("ragdiff/v1");
        Files.writeString(
                again, Files.readString(again).replace("Gaussian window 11, sigma 1.5, interior", "Gaussian window 7"));
        CommandRun.of("measure", "--compare", again, again).refused("does not have the hash");
        Files.writeString(again, "{}");
        CommandRun.of("measure", "--compare", again, again).refused("again.json", "measure --out");
    }

    @Test
    void comparesUnderOneProtocolAndRefusesTwo() throws IOException {
        write(true);
        Path a = folder.resolve("a.json");
        Path b = folder.resolve("b.json");
        Path c = folder.resolve("c.json");
        measure(results, "ragdiff/v1", "--metrics", "mae,ssim", "--out", a).done();
        for (int i = 0; i < PAIRS; i++) {
            Pictures.write(results.resolve("g" + i + ".png"), picture(i, 20 + i));
        }
        measure(results, "ragdiff/v1", "--metrics", "mae", "--out", b).done();
        measure(results, "cat-vton/2024", "--metrics", "ssim", "--out", c).done();
        // Ten levels more in each picture: the interval of pairs is a point.
        assertThat(CommandRun.of("measure", "--compare", a, b).done().out())
                .contains("difference +0.0392  [+0.0392, +0.0392]  ragdiff-prepared/v1");
        CommandRun refused = CommandRun.of("measure", "--compare", a, c);
        refused.refused("figures of ragdiff/v1 and cat-vton/2024 cannot be compared", "figure ssim");
        assertThat(refused.out())
                .contains("figure ssim", "ragdiff/v1: Gaussian window 11", "cat-vton/2024: torchmetrics");
        CommandRun.of("measure", "--compare", b, c).refused("no figure in common");
        Pictures.write(truths.resolve("g0.png"), picture(0, 1));
        measure(results, "ragdiff/v1", "--metrics", "mae", "--out", c).done();
        CommandRun.of("measure", "--compare", a, c).refused("different truths");
        CommandRun.of("measure", "--compare", a, folder.resolve("none")).refused("none: no such file");
    }
}
