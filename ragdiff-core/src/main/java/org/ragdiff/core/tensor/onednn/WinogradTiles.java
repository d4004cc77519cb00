package org.ragdiff.core.tensor.onednn;

import java.util.function.LongPredicate;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.Convolution;

/**
 * How Winograd's convolution cuts a map: into tiles of 2×2 results, and those into blocks that are computed one
 * after the other, so that what lies between stays in the processor's caches.
 *
 * @param images of the map
 * @param height of an image, even
 * @param width of an image, even
 * @param in channels
 * @param out channels
 * @param imagesAtOnce images of a block; more than one only in blocks of whole images
 * @param rows rows of tiles of a block
 */
record WinogradTiles(long images, long height, long width, long in, long out, long imagesAtOnce, long rows) {
    /** {@code off}: convolutions are computed directly, all of them. */
    static final String PROPERTY = "ragdiff.winograd";
    /** Places of a window of 4×4, each with a product of its own. */
    static final int PLACES = 16;

    /**
     * With fewer channels, transforms take most of what products save: at 128 between 0.8 and 1.6 times the direct
     * computation was measured, by process; the cause was not found.
     */
    private static final long LEAST_CHANNELS = 256;
    /** Tiles of an image. Weights take 16/9 of their memory: too much where maps are small and weights large. */
    private static final long LEAST_TILES = 256;

    /** What lies between the transforms of a block. Half as much was up to 1.4 times slower in some processes. */
    private static final long BLOCK_BYTES = 12L << 20;

    /** Whether a convolution should be computed so. */
    static boolean suit(Operand x, Operand w, Convolution geometry) {
        boolean off = "off".equalsIgnoreCase(System.getProperty(PROPERTY));
        boolean square = w.size(2) == 3 && w.size(3) == 3 && geometry.equals(Convolution.same(3));
        boolean even = x.size(1) % 2 == 0 && x.size(2) % 2 == 0;
        return !off
                && square
                && even
                && Math.min(w.size(0), w.size(1)) >= LEAST_CHANNELS
                && x.size(1) * x.size(2) / 4 >= LEAST_TILES;
    }

    /** Of a map [N, H, W, C] and weights [out, C, 3, 3]. */
    static WinogradTiles of(Operand x, Operand w) {
        long images = x.size(0);
        long down = x.size(1) / 2;
        long in = w.size(1);
        long out = w.size(0);
        long tileBytes = (in + PLACES * out) * Float.BYTES;
        long rowBytes = x.size(2) / 2 * tileBytes;
        long rows = largestPart(down, n -> n * rowBytes <= BLOCK_BYTES);
        long atOnce = rows < down ? 1 : largestPart(images, n -> n * down * rowBytes <= BLOCK_BYTES);
        return new WinogradTiles(images, x.size(1), x.size(2), in, out, atOnce, rows);
    }

    /** The largest divisor that fits; 1 at least. */
    private static long largestPart(long whole, LongPredicate fits) {
        for (long n = whole; n > 1; n--) {
            if (whole % n == 0 && fits.test(n)) {
                return n;
            }
        }
        return 1;
    }

    long down() {
        return height / 2;
    }

    long across() {
        return width / 2;
    }

    /** Tiles of a block. */
    long tiles() {
        return imagesAtOnce * rows * across();
    }
}
