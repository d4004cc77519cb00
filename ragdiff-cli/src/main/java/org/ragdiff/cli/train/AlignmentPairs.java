package org.ragdiff.cli.train;

import org.ragdiff.core.RgbImage;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.wild.FramePositions;
import org.ragdiff.diffusion.align.AlignmentBatch;
import org.ragdiff.diffusion.align.Correspondences;

/** Pairs whose positions are known as samples of an alignment. Stateless. */
final class AlignmentPairs {
    private AlignmentPairs() {}

    /**
     * What an alignment learns from a pair.
     *
     * @param colours see {@link AlignmentBatch#colours}
     */
    record Sample(RgbImage photo, Correspondences truth, float[] colours) {}

    /** @throws IllegalArgumentException see {@link #truth} */
    static Sample sample(GarmentPair pair, int cells) {
        return new Sample(pair.wild(), truth(pair, cells), colours(pair, cells));
    }

    /** @param samples at least one, all of the same size */
    static AlignmentBatch batch(Sample[] samples) {
        int cells = samples[0].truth().side();
        int each = cells * cells;
        int pixels = samples[0].photo().width() * samples[0].photo().width();
        int count = samples.length;
        float[] photos = new float[3 * pixels * count];
        float[] seen = new float[each * count];
        float[] whole = new float[each * count];
        float[] x = new float[each * count];
        float[] y = new float[each * count];
        float[] colours = new float[3 * each * count];
        for (int i = 0; i < count; i++) {
            VaeImages.write(samples[i].photo(), photos, 3 * pixels * i);
            Correspondences c = samples[i].truth();
            System.arraycopy(c.weight(), 0, seen, i * each, each);
            System.arraycopy(c.whole(), 0, whole, i * each, each);
            System.arraycopy(c.x(), 0, x, i * each, each);
            System.arraycopy(c.y(), 0, y, i * each, each);
            System.arraycopy(samples[i].colours(), 0, colours, 3 * i * each, 3 * each);
        }
        return new AlignmentBatch(count, photos, cells, seen, whole, x, y, colours);
    }

    /**
     * What is known of a pair's photo, in {@code cells · cells} equal squares.
     *
     * @throws IllegalArgumentException if the pair knows no positions or the cells do not divide the photo
     */
    static Correspondences truth(GarmentPair pair, int cells) {
        int side = pair.wild().width();
        if (pair.positions().isEmpty() || pair.garmentInPhoto().isEmpty()) {
            throw new IllegalArgumentException("nobody knows where the pixels of the photo of " + pair.id()
                    + " lie in the standard frame; only made photos have that");
        }
        if (side % cells != 0) {
            throw new IllegalArgumentException(cells + " cells do not divide a photo of " + side + " pixels");
        }
        FramePositions p = pair.positions().get();
        int per = side / cells;
        float share = 1f / (per * per);
        float[] seen = new float[cells * cells];
        float[] whole = new float[cells * cells];
        int frame = pair.silhouette().width();
        float[] x = new float[cells * cells];
        float[] y = new float[cells * cells];
        for (int i = 0; i < side * side; i++) {
            int cell = i / side / per * cells + i % side / per;
            x[cell] += share * p.x()[i];
            y[cell] += share * p.y()[i];
            seen[cell] += pair.garmentInPhoto().get().at(i % side, i / side) ? share : 0;
            boolean inside = p.x()[i] >= 0 && p.x()[i] < 1 && p.y()[i] >= 0 && p.y()[i] < 1;
            whole[cell] +=
                    inside && pair.silhouette().at((int) (p.x()[i] * frame), (int) (p.y()[i] * frame)) ? share : 0;
        }
        return new Correspondences(cells, x, y, seen, whole);
    }

    /** The standard image's mean colours [cells, cells, 3] in [0, 1] where the photo's pixels belong. */
    private static float[] colours(GarmentPair pair, int cells) {
        FramePositions p = pair.positions().orElseThrow();
        RgbImage standard = pair.standard();
        int per = p.side() / cells;
        float share = 1f / (255 * per * per);
        float[] out = new float[3 * cells * cells];
        for (int i = 0; i < p.x().length; i++) {
            int cell = i / p.side() / per * cells + i % p.side() / per;
            int column = nearest(p.x()[i], standard.width());
            int row = nearest(p.y()[i], standard.height());
            for (int c = 0; c < 3; c++) {
                out[3 * cell + c] += share * standard.at(column, row, c);
            }
        }
        return out;
    }

    private static int nearest(float fraction, int pixels) {
        return Math.max(0, Math.min(pixels - 1, (int) Math.floor(fraction * pixels)));
    }
}
