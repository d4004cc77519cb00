package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.tensor.HostArrays;

/** What every {@link LatentCodec} must do. */
public abstract class LatentCodecContract {
    /** Between a sample in a batch and the same sample alone. */
    private static final float BATCHING = 1e-5f;

    /** A new codec, the same at each call; closed by the test. */
    protected abstract LatentCodec codec() throws Exception;

    private static INDArray images(long seed, long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
        return FloatMemory.array(values, shape);
    }

    /** Two images that are wider than high. */
    private static INDArray images(LatentCodec codec, long seed) {
        return images(seed, 2, 2L * codec.factor(), 4L * codec.factor(), 3);
    }

    private static float[] encoded(LatentCodec codec, INDArray images) {
        try (INDArray latents = codec.encode(images)) {
            return HostArrays.read(latents);
        }
    }

    private static float[] decoded(LatentCodec codec, INDArray latents) {
        try (INDArray images = codec.decode(latents)) {
            return HostArrays.read(images);
        }
    }

    @Test
    void shapesFollowTheFactor() throws Exception {
        try (LatentCodec codec = codec();
                INDArray images = images(codec, 1);
                INDArray latents = codec.encode(images);
                INDArray back = codec.decode(latents)) {
            assertThat(codec.factor()).isPositive();
            assertThat(codec.channels()).isPositive();
            assertThat(latents.shape()).containsExactly(2, 2, 4, codec.channels());
            assertThat(back.shape()).containsExactly(images.shape());
            for (float v : HostArrays.read(back)) {
                assertThat(v).isFinite();
            }
        }
    }

    @Test
    void inputsAreNotModifiedAndResultsAreRepeatable() throws Exception {
        try (LatentCodec codec = codec();
                INDArray images = images(codec, 2)) {
            float[] before = HostArrays.read(images);
            float[] z = encoded(codec, images);
            assertThat(encoded(codec, images)).containsExactly(z);
            assertThat(HostArrays.read(images)).containsExactly(before);
            try (INDArray latents = FloatMemory.array(z, 2, 2, 4, codec.channels())) {
                float[] x = decoded(codec, latents);
                assertThat(decoded(codec, latents)).containsExactly(x);
                assertThat(HostArrays.read(latents)).containsExactly(z);
            }
        }
    }

    @Test
    void anImageDoesNotDependOnTheOthersOfItsBatch() throws Exception {
        try (LatentCodec codec = codec();
                INDArray images = images(codec, 3)) {
            float[] both = encoded(codec, images);
            float[] pixels = HostArrays.read(images);
            int half = pixels.length / 2;
            try (INDArray second = FloatMemory.array(
                    Arrays.copyOfRange(pixels, half, 2 * half), 1, images.size(1), images.size(2), 3)) {
                assertThat(encoded(codec, second))
                        .containsExactly(Arrays.copyOfRange(both, both.length / 2, both.length), within(BATCHING));
            }
        }
    }

    @Test
    void theFingerprintNamesTheCodec() throws Exception {
        try (LatentCodec one = codec();
                LatentCodec other = codec()) {
            assertThat(one.fingerprint()).isNotBlank().isEqualTo(other.fingerprint());
        }
    }

    @Test
    void otherShapesAreRefused() throws Exception {
        try (LatentCodec codec = codec()) {
            int f = codec.factor();
            int c = codec.channels();
            List<INDArray> noImages = new ArrayList<>(List.of(images(1, 1, f, f, 4), images(1, f, f, 3)));
            if (f > 1) {
                noImages.add(images(1, 1, f + 1L, f, 3));
                noImages.add(images(1, 1, f, f + 1L, 3));
            }
            for (INDArray a : noImages) {
                assertThatThrownBy(() -> codec.encode(a)).isInstanceOf(IllegalArgumentException.class);
            }
            for (INDArray a : List.of(images(1, 1, 2, 2, c + 1L), images(1, 2, 2, c))) {
                assertThatThrownBy(() -> codec.decode(a))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(String.valueOf(c));
            }
        }
    }

    @Test
    void threadsGetWhatOneThreadGets() throws Exception {
        try (LatentCodec codec = codec()) {
            List<float[]> expected = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                expected.add(roundTrip(codec, i));
            }
            List<float[]> found = Concurrently.run(4, 16, i -> roundTrip(codec, i % 4));
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i)).containsExactly(expected.get(i % 4));
            }
        }
    }

    private static float[] roundTrip(LatentCodec codec, int seed) {
        try (INDArray images = images(seed, 1 + seed % 2, 2L * codec.factor(), 2L * codec.factor(), 3);
                INDArray latents = codec.encode(images)) {
            return decoded(codec, latents);
        }
    }

    @Test
    void closingTwiceIsHarmlessAndAClosedCodecDoesNotCrash() throws Exception {
        LatentCodec codec = codec();
        try (INDArray images = images(codec, 5)) {
            float[] open = encoded(codec, images);
            codec.close();
            codec.close();
            try {
                assertThat(encoded(codec, images)).containsExactly(open);
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("closed");
            }
        }
    }
}
