package org.ragdiff.diffusion.diffusers.vae;

/**
 * How large images go through an {@link AutoencoderKL}: in overlapping tiles that are blended linearly, so that memory
 * is that of one tile. As diffusers' {@code enable_tiling}: an image is cut if a side is longer than a tile.
 *
 * <p>A tile's group norms and its attention see that tile alone, so tiled results differ from whole ones.
 *
 * @param sampleSide side of a tile in pixels ({@code tile_sample_min_size})
 * @param latentSide side of a tile in latent cells ({@code tile_latent_min_size})
 * @param overlap share of a side that a tile has in common with the next ({@code tile_overlap_factor}), in [0, ½]
 */
public record Tiling(int sampleSide, int latentSide, double overlap) {
    /** Images are never cut. */
    public static final Tiling NONE = new Tiling(Integer.MAX_VALUE, Integer.MAX_VALUE, 0);

    public Tiling {
        if (sampleSide < 1 || latentSide < 1 || !(overlap >= 0 && overlap <= 0.5)) {
            throw new IllegalArgumentException("a tile needs sides of at least 1 and an overlap in [0, 0.5], got "
                    + sampleSide + ", " + latentSide + " and " + overlap);
        }
        whole("sampleSide", sampleSide, overlap);
        whole("latentSide", latentSide, overlap);
    }

    private static void whole(String name, int side, double overlap) {
        if (side * overlap != Math.rint(side * overlap)) {
            throw new IllegalArgumentException(name + " " + side + " times overlap " + overlap
                    + " must be a whole number, or tiles would not meet");
        }
    }

    /** diffusers' defaults: tiles of the size that the VAE was trained on, a quarter of a side in common. */
    public static Tiling of(AutoencoderKLConfig config) {
        return of(config, config.sampleSize(), 0.25);
    }

    /** @param sampleSide a multiple of {@link AutoencoderKLConfig#factor} */
    public static Tiling of(AutoencoderKLConfig config, int sampleSide, double overlap) {
        if (sampleSide % config.factor() != 0) {
            throw new IllegalArgumentException("tiles of this VAE have a side that is a multiple of " + config.factor()
                    + " pixels, got " + sampleSide);
        }
        return new Tiling(sampleSide, sampleSide / config.factor(), overlap);
    }
}
