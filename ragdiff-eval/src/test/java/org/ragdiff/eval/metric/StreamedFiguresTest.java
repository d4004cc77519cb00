package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ImageFormatException;
import org.ragdiff.core.image.ImageLimits;

class StreamedFiguresTest {
    private static final int SIDE = 16;

    private static Map<String, PairMetric> metrics() {
        return PairMetrics.named(List.of("psnr", "ssim"));
    }

    @Test
    void everyNamedMetricMeasures() {
        assertThat(PairMetrics.names()).contains("ssim-torchmetrics", "ms-ssim", "cw-ssim");
        byte[] rgb = new byte[176 * 180 * 3];
        new SplittableRandom(9).nextBytes(rgb);
        RgbImage picture = RgbImage.wrap(176, 180, rgb);
        StreamedFigures stream = new StreamedFigures(PairMetrics.named(PairMetrics.names()));
        stream.add(List.of(picture), List.of(picture));
        for (String name : PairMetrics.names()) {
            double equal = Set.of("mse", "mae", "spectral-angle").contains(name) ? 0 : 1;
            double got = stream.figure(name).mean();
            assertThat(got).as(name).isEqualTo(name.equals("psnr") ? Double.POSITIVE_INFINITY : equal, within(1e-7));
        }
        assertThatThrownBy(() -> PairMetrics.named("SSIM")).hasMessageContaining("there are [psnr, ssim");
    }

    /** A file that ends early stops a stream before anything of its batch is added. */
    @Test
    void damagedFilesAreNamed() throws IOException {
        byte[] file;
        try (InputStream in = StreamedFiguresTest.class.getResourceAsStream("/metrics/camera.png")) {
            file = in.readAllBytes();
        }
        byte[] cut = Arrays.copyOf(file, file.length / 2);
        StreamedFigures stream = new StreamedFigures(metrics());
        RgbImage whole = ImageFiles.read(file, "camera.png", ImageLimits.defaults());
        assertThatThrownBy(() ->
                        stream.add(List.of(ImageFiles.read(cut, "cut.png", ImageLimits.defaults())), List.of(whole)))
                .isInstanceOf(ImageFormatException.class)
                .hasMessageStartingWith("cut.png: ");
        assertThat(stream.pairs()).isZero();
    }

    private static RgbImage noise(SplittableRandom random) {
        byte[] rgb = new byte[SIDE * SIDE * 3];
        random.nextBytes(rgb);
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void memoryDoesNotGrowOver100000Pairs() throws InterruptedException {
        StreamedFigures stream = new StreamedFigures(metrics());
        SplittableRandom random = new SplittableRandom(3);
        SummaryStatistics expected = new SummaryStatistics();
        long before = 0;
        for (int batch = 0; batch < 100; batch++) {
            List<RgbImage> a = new ArrayList<>();
            List<RgbImage> b = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                a.add(noise(random));
                b.add(noise(random));
                if (batch < 10) {
                    expected.addValue(Ssim.of(a.get(i), b.get(i)));
                }
            }
            stream.add(a, b);
            if (batch == 9) {
                assertThat(stream.figure("ssim").mean()).isEqualTo(expected.getMean(), within(1e-14));
                assertThat(stream.figure("ssim").variance()).isEqualTo(expected.getVariance(), within(1e-14));
                a = null;
                b = null;
                before = usedHeap();
            }
        }
        assertThat(stream.pairs()).isEqualTo(100_000);
        // The 90,000 later pairs hold 138 MB of pixels.
        assertThat(usedHeap() - before).isLessThan(8 << 20);
        // Independent uniform noise: E(a - b)² = (256² - 1) / 6.
        assertThat(stream.figure("psnr").mean())
                .isEqualTo(10 * Math.log10(255 * 255 * 6 / (256.0 * 256 - 1)), within(0.01));
    }

    @Test
    void partsMergeToTheWhole() {
        SplittableRandom random = new SplittableRandom(4);
        StreamedFigures whole = new StreamedFigures(metrics());
        StreamedFigures first = new StreamedFigures(metrics());
        StreamedFigures second = new StreamedFigures(metrics());
        for (int i = 0; i < 37; i++) {
            List<RgbImage> a = List.of(noise(random));
            List<RgbImage> b = List.of(noise(random));
            whole.add(a, b);
            (i < 11 ? first : second).add(a, b);
        }
        first.merge(second);
        assertThat(first.pairs()).isEqualTo(37);
        assertThat(second.pairs()).isEqualTo(26);
        for (String f : List.of("psnr", "ssim")) {
            assertThat(first.figure(f).mean()).isEqualTo(whole.figure(f).mean(), within(1e-13));
            assertThat(first.figure(f).variance()).isEqualTo(whole.figure(f).variance(), within(1e-13));
            assertThat(first.figure(f).min()).isEqualTo(whole.figure(f).min());
            assertThat(first.figure(f).max()).isEqualTo(whole.figure(f).max());
        }
        assertThatThrownBy(() -> first.merge(new StreamedFigures(Map.of("mse", Psnr::of))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mse");
    }

    @Test
    void sumsAreExactWhereMeansAreLarge() {
        SplittableRandom random = new SplittableRandom(5);
        MeanAccumulator[] parts = {new MeanAccumulator(), new MeanAccumulator(), new MeanAccumulator()};
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal squares = BigDecimal.ZERO;
        int n = 100_000;
        for (int i = 0; i < n; i++) {
            double v = 1e9 + random.nextDouble();
            parts[i % 3].add(v);
            sum = sum.add(new BigDecimal(v));
            squares = squares.add(new BigDecimal(v).pow(2));
        }
        MeanAccumulator all = new MeanAccumulator();
        for (MeanAccumulator p : parts) {
            all.merge(p);
        }
        BigDecimal count = BigDecimal.valueOf(n);
        double mean = sum.divide(count, MathContext.DECIMAL128).doubleValue();
        double variance = squares.subtract(sum.multiply(sum).divide(count, MathContext.DECIMAL128))
                .divide(BigDecimal.valueOf(n - 1), MathContext.DECIMAL128)
                .doubleValue();
        assertThat(all.count()).isEqualTo(n);
        assertThat(all.mean()).isEqualTo(mean, within(Math.ulp(1e9)));
        assertThat(all.variance()).isEqualTo(variance, within(1e-12));
    }

    @Test
    void whatHasNoMeanIsSaid() {
        MeanAccumulator m = new MeanAccumulator();
        assertThatThrownBy(m::mean).isInstanceOf(IllegalStateException.class).hasMessageContaining("no figure");
        assertThatThrownBy(() -> m.add(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
        m.add(40);
        assertThat(m.mean()).isEqualTo(40);
        assertThat(m.variance()).isNaN();
        m.add(Double.POSITIVE_INFINITY);
        assertThat(m.mean()).isInfinite().isPositive();
        MeanAccumulator merged = new MeanAccumulator();
        merged.add(10);
        merged.merge(m);
        assertThat(merged.count()).isEqualTo(3);
        assertThat(merged.mean()).isInfinite().isPositive();
        merged.add(Double.NEGATIVE_INFINITY);
        assertThat(merged.mean()).isNaN();
    }

    @Test
    void wrongBatchesAreRefusedAndAddNothing() {
        SplittableRandom random = new SplittableRandom(6);
        StreamedFigures stream = new StreamedFigures(metrics());
        RgbImage a = noise(random);
        RgbImage small = RgbImage.wrap(12, 12, new byte[432]);
        stream.add(List.of(), List.of());
        assertThat(stream.pairs()).isZero();
        assertThatThrownBy(() -> stream.add(List.of(a, a), List.of(a)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 generated pictures and 1 true ones");
        assertThatThrownBy(() -> stream.add(List.of(a, a, a), List.of(a, small, small)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pair 2, psnr: pictures need equal sizes");
        assertThat(stream.pairs()).isZero();
        stream.add(List.of(a), List.of(a));
        assertThat(stream.pairs()).isOne();
        assertThat(stream.figure("ssim").mean()).isEqualTo(1);
        assertThat(stream.figure("psnr").mean()).isInfinite();
        StreamedFigures undefined = new StreamedFigures(Map.of("share", (x, y) -> 0.0 / 0));
        assertThatThrownBy(() -> undefined.add(List.of(a), List.of(a))).hasMessage("pair 1, share: the figure is NaN");
        assertThatThrownBy(() -> stream.figure("fid")).hasMessageContaining("[psnr, ssim]");
    }
}
