package org.ragdiff.cli.train;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.vae.StandardImages;

/** Random standard images, and for a share of them made photos. Thread-safe. */
final class VaeImages implements StandardImages {
    private static final int CHOICE = 11;

    private final GarmentStore garments;
    private final PairSource pairs;
    private final double wildShare;

    /** @param pairs of the same garments */
    VaeImages(GarmentStore garments, PairSource pairs, double wildShare) {
        if (!(wildShare >= 0 && wildShare <= 1)) {
            throw new IllegalArgumentException("wildShare must be in [0, 1], got " + wildShare);
        }
        this.garments = garments;
        this.pairs = pairs;
        this.wildShare = wildShare;
    }

    @Override
    public int side() {
        return garments.side();
    }

    @Override
    public float[] batch(long seed, long step, int size) {
        int each = 3 * side() * side();
        float[] out = new float[size * each];
        SplittableRandom random = StepRandom.of(seed, step, CHOICE);
        long[] choices = random.longs(size).toArray();
        boolean[] wild = new boolean[size];
        for (int i = 0; i < size; i++) {
            wild[i] = random.nextDouble() < wildShare;
        }
        IntStream.range(0, size).parallel().forEach(i -> {
            RgbImage image;
            if (wild[i]) {
                GarmentPair pair = pairs.pair(choices[i] >>> 1);
                image = pair.wild();
            } else {
                StandardGarment g = garments.get((int) Long.remainderUnsigned(choices[i], garments.size()));
                image = g.standard();
            }
            write(image, out, i * each);
        });
        return out;
    }

    /** Pixels in [-1, 1]. */
    static void write(RgbImage image, float[] out, int to) {
        byte[] rgb = image.rgbUnsafe();
        for (int i = 0; i < rgb.length; i++) {
            out[to + i] = (rgb[i] & 0xff) / 127.5f - 1;
        }
    }
}
