package org.ragdiff.cli.train;

import java.util.stream.IntStream;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.wild.FramePositions;
import org.ragdiff.diffusion.align.AlignmentBatch;
import org.ragdiff.diffusion.align.Correspondences;

/** Pairs whose positions are known as samples of an alignment. Stateless. */
final class AlignmentPairs {
    private AlignmentPairs() {}

    /** Neighbouring pairs, made in parallel. */
    static AlignmentBatch batch(PairSource pairs, long from, int count, int cells) {
        GarmentPair[] made = IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> pairs.pair(from + i))
                .toArray(GarmentPair[]::new);
        int each = cells * cells;
        int side = made[0].wild().width();
        float[] photos = new float[3 * side * side * count];
        float[] seen = new float[each * count];
        float[] x = new float[each * count];
        float[] y = new float[each * count];
        for (int i = 0; i < count; i++) {
            RgbImage photo = made[i].wild();
            VaeImages.write(photo, photos, 3 * side * side * i);
            Correspondences c = truth(made[i], cells);
            System.arraycopy(c.weight(), 0, seen, i * each, each);
            System.arraycopy(c.x(), 0, x, i * each, each);
            System.arraycopy(c.y(), 0, y, i * each, each);
        }
        return new AlignmentBatch(count, photos, cells, seen, x, y);
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
        float[] x = new float[cells * cells];
        float[] y = new float[cells * cells];
        for (int i = 0; i < side * side; i++) {
            int cell = i / side / per * cells + i % side / per;
            x[cell] += share * p.x()[i];
            y[cell] += share * p.y()[i];
            seen[cell] += pair.garmentInPhoto().get().at(i % side, i / side) ? share : 0;
        }
        return new Correspondences(cells, x, y, seen);
    }
}
