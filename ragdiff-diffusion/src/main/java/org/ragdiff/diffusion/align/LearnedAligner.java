package org.ragdiff.diffusion.align;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Fingerprints;

/** A trained {@link AlignmentNet} and the smooth map through the places that it says. Thread-safe. */
public final class LearnedAligner implements PhotoAligner {
    private static final int CHUNK = 8;
    private static final String IN = "photos";
    private static final String CELLS = "cells";
    private static final String AFFINE = "affine";
    private static final String LIGHT = "light";

    private final AlignmentNet net;
    private final SplineWarpFit fit;
    private final String fingerprint;
    private final PlanCache<Integer> plans;

    /**
     * @param net closed with this; its weights must not change any more
     * @param kernels not closed
     */
    public LearnedAligner(AlignmentNet net, SplineWarpFit fit, Kernels kernels) {
        this.net = net;
        this.fit = fit;
        this.fingerprint =
                Fingerprints.of(net.config() + "|" + fit + "|placed by " + FramePlacement.SHARE, net.state());
        this.plans = new PlanCache<>(n -> kernels.compile(record(net, n)));
    }

    private static Graph record(AlignmentNet net, int n) {
        int side = net.config().side();
        try (GraphBuilder b = new GraphBuilder()) {
            Var photos = b.input(IN, n, side, side, 3);
            AlignmentNet.Output out = net.apply(b.tape(), photos);
            b.output(CELLS, out.cells());
            b.output(AFFINE, out.affine());
            b.output(LIGHT, out.light());
            return b.build();
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    public AlignmentConfig config() {
        return net.config();
    }

    @Override
    public List<AlignedPhoto> align(List<RgbImage> photos) {
        List<Reading> found = read(photos);
        List<AlignedPhoto> out = new ArrayList<>();
        for (int i = 0; i < photos.size(); i++) {
            out.add(warp(photos.get(i), found.get(i), PhotoView.whole()));
        }
        return out;
    }

    /** @param reading of the view of the photo */
    AlignedPhoto warp(RgbImage photo, Reading reading, PhotoView view) {
        return PhotoWarp.placed(photo, reading.places(), reading.light(), fit, view);
    }

    /** What the network says of a photo. */
    public record Reading(Correspondences places, PhotoLight light) {
        Reading mirrored() {
            return new Reading(places.mirrored(), light.mirrored());
        }

        Reading mean(Reading other) {
            return new Reading(places.mean(other.places), light.mean(other.light));
        }
    }

    /** What the network says of square photos of any side. */
    public List<Reading> read(List<RgbImage> photos) {
        int side = net.config().side();
        List<Reading> out = new ArrayList<>();
        for (int from = 0; from < photos.size(); from += CHUNK) {
            List<RgbImage> chunk = photos.subList(from, Math.min(photos.size(), from + CHUNK));
            List<RgbImage> sized = chunk.stream().map(p -> resized(p, side)).toList();
            try (PlanCache<Integer>.Lease lease = plans.borrow(chunk.size());
                    INDArray pixels = Images.toTensor(sized)) {
                Plan plan = lease.plan();
                plan.set(IN, HostArrays.read(pixels));
                plan.run();
                float[] cells = HostArrays.read(plan.output(CELLS));
                float[] affine = HostArrays.read(plan.output(AFFINE));
                float[] light = HostArrays.read(plan.output(LIGHT));
                for (int i = 0; i < chunk.size(); i++) {
                    out.add(new Reading(places(cells, affine, i), light(light, i, chunk.size())));
                }
            }
        }
        return out;
    }

    private static RgbImage resized(RgbImage photo, int side) {
        if (photo.width() != photo.height()) {
            throw new IllegalArgumentException("photos to align must be square, got " + photo);
        }
        return photo.width() == side ? photo : Resize.rgb(photo, side, side, ResampleFilter.BICUBIC);
    }

    private static PhotoLight light(float[] all, int row, int rows) {
        int each = all.length / rows;
        return new PhotoLight(
                (int) Math.round(Math.sqrt(each / 3.0)), Arrays.copyOfRange(all, row * each, (row + 1) * each));
    }

    private Correspondences places(float[] all, float[] affine, int row) {
        int cells = net.config().cells();
        int n = cells * cells;
        float[] x = new float[n];
        float[] y = new float[n];
        float[] weight = new float[n];
        float[] whole = new float[n];
        for (int i = 0; i < n; i++) {
            int at = AlignmentNet.OUTPUTS * (row * n + i);
            weight[i] = share(all[at]);
            whole[i] = share(all[at + 3]);
            double px = (i % cells + 0.5) / cells;
            double py = (i / cells + 0.5) / cells;
            int map = row * AlignmentNet.AFFINE;
            x[i] = (float) (px + AlignmentLoss.along(affine, map, px, py) + all[at + 1]);
            y[i] = (float) (py + AlignmentLoss.along(affine, map + 3, px, py) + all[at + 2]);
        }
        return new Correspondences(cells, x, y, weight, whole);
    }

    private static float share(float logit) {
        return (float) (1 / (1 + Math.exp(-logit)));
    }

    @Override
    public void close() {
        plans.close();
        net.close();
    }
}
