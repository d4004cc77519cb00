package org.ragdiff.diffusion.diffusers.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.plan.Fusions;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Schedule;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/** Tiles against diffusers' arithmetic, written pixel by pixel. */
class TiledAutoencoderTest {
    private static final Kernels KERNELS = KernelProviders.defaultKernels();

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    private static AutoencoderKL vae() throws CheckpointException {
        AutoencoderKL vae = AutoencoderKL.random(
                AutoencoderKLConfig.read(StrictConfig.parse(
                        "{\"block_out_channels\": [8, 16], \"layers_per_block\": 1, \"norm_num_groups\": 4,"
                                + " \"sample_size\": 16,"
                                + " \"down_block_types\": [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\"],"
                                + " \"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\"]}",
                        "test")),
                3);
        Networks.randomise(vae, 4, 0.2);
        return vae;
    }

    private static float[] normal(long seed, int h, int w, int c) {
        return HostArrays.read(Networks.normal(seed, 1, h, w, c));
    }

    /**
     * What diffusers' tiled_encode and tiled_decode put at one place. A tile is blended in place with the one above,
     * then with the one to the left; those have been blended before.
     */
    private abstract static class PixelByPixel {
        final int tile;
        final int overlap;
        final int outTile;
        final int channels;
        private final Map<String, float[]> tiles = new HashMap<>();

        PixelByPixel(int tile, int outTile, int channels) {
            this.tile = tile;
            this.overlap = (int) (tile * 0.75);
            this.outTile = outTile;
            this.channels = channels;
        }

        /** The network's result for the tile whose corner is (y, x) in the input. */
        abstract float[] tile(int y, int x);

        int size(int from, int length) {
            return Math.min(tile, length - from) * outTile / tile;
        }

        double blended(int row, int column, int y, int x, int c, int h, int w) {
            int extent = outTile / 4;
            int width = size(column * overlap, w);
            int height = size(row * overlap, h);
            float[] values = tiles.computeIfAbsent(row + " " + column, k -> tile(row * overlap, column * overlap));
            double v = values[(y * width + x) * channels + c];
            if (row > 0) {
                int above = size((row - 1) * overlap, h);
                int e = Math.min(Math.min(above, height), extent);
                if (y < e) {
                    double a = blended(row - 1, column, above - e + y, x, c, h, w);
                    v = a * (1 - (double) y / e) + v * y / e;
                }
            }
            if (column > 0) {
                int before = size((column - 1) * overlap, w);
                int e = Math.min(Math.min(before, width), extent);
                if (x < e) {
                    double a = blended(row, column - 1, y, before - e + x, c, h, w);
                    v = a * (1 - (double) x / e) + v * x / e;
                }
            }
            return v;
        }

        /** The result at a place of the joined picture, of which each tile gives three quarters. */
        double at(int y, int x, int c, int h, int w) {
            int limit = outTile - outTile / 4;
            return blended(y / limit, x / limit, y % limit, x % limit, c, h, w);
        }
    }

    private static float[] cut(float[] map, int width, int channels, int y, int x, int h, int w) {
        float[] out = new float[h * w * channels];
        for (int i = 0; i < out.length; i++) {
            int c = i % channels;
            int dx = i / channels % w;
            int dy = i / channels / w;
            out[i] = map[((y + dy) * width + x + dx) * channels + c];
        }
        return out;
    }

    @ParameterizedTest
    @CsvSource({"20, 14", "8, 9", "7, 19", "16, 16"})
    void tilesAreBlendedAsDiffusersDoes(int h, int w) throws CheckpointException {
        try (AutoencoderKL vae = vae()) {
            AutoencoderKLCodec tiled = new AutoencoderKLCodec(vae, Tiling.of(vae.config()), KERNELS);
            AutoencoderKLCodec whole = tiled.withTiling(Tiling.NONE);
            float[] z = normal(1, h, w, 4);
            PixelByPixel decoder = new PixelByPixel(8, 16, 3) {
                @Override
                float[] tile(int y, int x) {
                    int th = Math.min(8, h - y);
                    int tw = Math.min(8, w - x);
                    return whole.decode(cut(z, w, 4, y, x, th, tw), th, tw);
                }
            };
            near(tiled.decode(z, h, w), decoder, 2 * h, 2 * w, h, w);

            float[] image = normal(2, 2 * h, 2 * w, 3);
            PixelByPixel encoder = new PixelByPixel(16, 8, 4) {
                @Override
                float[] tile(int y, int x) {
                    int th = Math.min(16, 2 * h - y);
                    int tw = Math.min(16, 2 * w - x);
                    return whole.encode(cut(image, 2 * w, 3, y, x, th, tw), th, tw);
                }
            };
            near(tiled.encode(image, 2 * h, 2 * w), encoder, h, w, 2 * h, 2 * w);
        }
    }

    private static void near(float[] got, PixelByPixel expected, int outH, int outW, int h, int w) {
        assertThat(got).hasSize(outH * outW * expected.channels);
        for (int i = 0; i < got.length; i++) {
            int c = i % expected.channels;
            int x = i / expected.channels % outW;
            int y = i / expected.channels / outW;
            assertThat((double) got[i])
                    .as("y %d, x %d, channel %d", y, x, c)
                    .isCloseTo(expected.at(y, x, c, h, w), within(2e-5));
        }
    }

    @Test
    void imagesOfATileAreNotCut() throws CheckpointException {
        try (AutoencoderKL vae = vae()) {
            AutoencoderKLCodec tiled = new AutoencoderKLCodec(vae, Tiling.of(vae.config()), KERNELS);
            AutoencoderKLCodec whole = tiled.withTiling(Tiling.NONE);
            float[] z = normal(1, 8, 5, 4);
            assertThat(tiled.decode(z, 8, 5)).isEqualTo(whole.decode(z, 8, 5));
            float[] image = normal(2, 16, 10, 3);
            assertThat(tiled.encode(image, 16, 10)).isEqualTo(whole.encode(image, 16, 10));
            // Larger ones are, and a tile's normalisation sees that tile alone.
            assertThat(tiled.decode(normal(1, 9, 5, 4), 9, 5)).isNotEqualTo(whole.decode(normal(1, 9, 5, 4), 9, 5));
        }
    }

    @Test
    void imagesOfABatchAreWorkedOnAlone() throws CheckpointException {
        try (AutoencoderKL vae = vae()) {
            AutoencoderKLCodec codec = new AutoencoderKLCodec(vae, Tiling.of(vae.config()), KERNELS);
            float[] a = normal(1, 9, 9, 4);
            float[] b = normal(2, 9, 9, 4);
            float[] both = Arrays.copyOf(a, 2 * a.length);
            System.arraycopy(b, 0, both, a.length, b.length);
            float[] decoded = codec.decode(both, 9, 9);
            assertThat(Arrays.copyOfRange(decoded, decoded.length / 2, decoded.length))
                    .isEqualTo(codec.decode(b, 9, 9));
            assertThatThrownBy(() -> codec.decode(a, 8, 9)).hasMessageContaining("are no latents of 8 x 9");
        }
    }

    @Test
    void defaultsAreThoseOfDiffusers() {
        assertThat(Tiling.of(AutoencoderKLConfig.stableDiffusion())).isEqualTo(new Tiling(512, 64, 0.25));
        assertThat(Tiling.of(AutoencoderKLConfig.stableDiffusionXl())).isEqualTo(new Tiling(1024, 128, 0.25));
        assertThatThrownBy(() -> Tiling.of(AutoencoderKLConfig.stableDiffusion(), 500, 0.25))
                .hasMessageContaining("multiple of 8");
        assertThatThrownBy(() -> Tiling.of(AutoencoderKLConfig.stableDiffusion(), 8, 0.25))
                .hasMessageContaining("whole number");
    }

    /** Decoding 1024 x 1024 with Stable Diffusion's VAE; nothing is allocated, the graph is laid out. */
    @Test
    void memoryIsThatOfATile() {
        long whole = arena(128);
        long tile = arena(64);
        assertThat(tile).isLessThan(whole / 3);
    }

    private static long arena(int side) {
        try (AutoencoderKL vae = AutoencoderKL.unset(AutoencoderKLConfig.stableDiffusion());
                GraphBuilder b = new GraphBuilder()) {
            b.output("images", vae.decode(b.tape(), b.input("latents", 1, side, side, 4)));
            return Schedule.of(Fusions.apply(b.build())).arena().bytes();
        }
    }
}
