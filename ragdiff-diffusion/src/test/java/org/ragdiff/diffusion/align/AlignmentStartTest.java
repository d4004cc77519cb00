package org.ragdiff.diffusion.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.diffusion.Networks;

class AlignmentStartTest {
    private static final AlignmentConfig COARSE = new AlignmentConfig(16, 2, List.of(4, 8), 1, 4, 2);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("coarse.safetensors");
        try (AlignmentNet net = new AlignmentNet(new SplittableRandom(1), COARSE)) {
            Networks.randomise(net, 2, 0.3);
            SafetensorsWriter.write(file, net.state(), Dtype.F32, AlignmentWeights.metadata(COARSE));
        }
    }

    /** A fine photo whose pixels lie about their block's mean is to the finer network what the mean is to the coarse. */
    @Test
    void aFinerNetworkStartsAsTheCoarseOneOnShrunkPhotos() throws IOException {
        int finer = 3;
        int side = COARSE.side() * finer;
        SplittableRandom random = new SplittableRandom(3);
        byte[] shrunk = new byte[3 * COARSE.side() * COARSE.side()];
        byte[] photo = new byte[3 * side * side];
        for (int i = 0; i < shrunk.length; i++) {
            int mean = 20 + random.nextInt(200);
            shrunk[i] = (byte) mean;
            int left = i / 3 % COARSE.side() * finer;
            int top = i / 3 / COARSE.side() * finer;
            for (int k = 0; k < finer * finer; k++) {
                int pixel = (top + k / finer) * side + left + k % finer;
                photo[3 * pixel + i % 3] = (byte) (mean + 4 * (k - finer * finer / 2));
            }
        }
        AlignmentNet fine = new AlignmentNet(new SplittableRandom(9), COARSE.finer(finer));
        AlignmentStart.load(fine, file);
        try (LearnedAligner a = AlignmentWeights.load(file, Networks.KERNELS);
                LearnedAligner b = new LearnedAligner(fine, SplineWarpFit.defaults(), Networks.KERNELS)) {
            LearnedAligner.Reading expected = a.read(List.of(RgbImage.wrap(COARSE.side(), COARSE.side(), shrunk)))
                    .get(0);
            LearnedAligner.Reading found =
                    b.read(List.of(RgbImage.wrap(side, side, photo))).get(0);
            assertThat(found.places().x()).containsExactly(expected.places().x(), within(1e-5f));
            assertThat(found.places().weight())
                    .containsExactly(expected.places().weight(), within(1e-5f));
            assertThat(found.light().logGain()).containsExactly(expected.light().logGain(), within(1e-5f));
        }
    }

    @Test
    void aNetworkOfTheSameShapeStartsAsTheOther() throws IOException {
        AlignmentNet net = new AlignmentNet(new SplittableRandom(9), COARSE);
        AlignmentStart.load(net, file);
        try (LearnedAligner a = AlignmentWeights.load(file, Networks.KERNELS);
                LearnedAligner b = new LearnedAligner(net, SplineWarpFit.defaults(), Networks.KERNELS)) {
            assertThat(b.fingerprint()).isEqualTo(a.fingerprint());
        }
    }

    @Test
    void anotherShapeIsRefusedAndChangesNothing() {
        for (AlignmentConfig shape : List.of(
                new AlignmentConfig(32, 2, List.of(4, 8), 1, 4, 2),
                new AlignmentConfig(32, 4, List.of(4, 16), 1, 4, 2),
                new AlignmentConfig(16, 4, List.of(4, 8), 1, 4, 2),
                new AlignmentConfig(512, 16, List.of(4, 8), 1, 4, 2))) {
            try (AlignmentNet net = new AlignmentNet(new SplittableRandom(9), shape)) {
                double before = net.state().get("conv_in.weight").norm2Number().doubleValue();
                assertThatThrownBy(() -> AlignmentStart.load(net, file))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("cannot start from " + file)
                        .hasMessageContaining("only side and patchSize may differ");
                assertThat(net.state().get("conv_in.weight").norm2Number().doubleValue())
                        .isEqualTo(before);
            }
        }
    }
}
