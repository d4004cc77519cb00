package org.ragdiff.data.wild;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * Makes photos of a flat garment as if its owner had taken them: bent, turned, partly folded or
 * covered, lit, laid on some background and photographed. Thread-safe; a view depends on nothing but
 * the options, the scenery and the arguments.
 */
public final class WildViewRenderer {
    /** An occluder that would hide more than this share of the garment is left out. */
    private static final double MOST_HIDDEN_BY_ONE = 0.4;

    private final WildViewOptions options;
    private final WildScenery scenery;

    public WildViewRenderer(WildViewOptions options, WildScenery scenery) {
        this.options = Objects.requireNonNull(options, "options");
        this.scenery = Objects.requireNonNull(scenery, "scenery");
    }

    public WildViewOptions options() {
        return options;
    }

    public WildScenery scenery() {
        return scenery;
    }

    /**
     * @param standard square, on white; not modified
     * @param silhouette of {@code standard}, same size, not empty
     * @param group the garment's sender, whose things do not appear in the scenery
     */
    public WildView render(RgbImage standard, Silhouette silhouette, String group, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int side = options.side();
        GarmentLayer flat = GarmentLayer.of(standard, silhouette, side);
        double[] box = box(flat);
        ViewGeometry geometry = ViewGeometry.sample(options, flat.side(), box[0], box[1], random);
        GarmentLayer folded = random.nextDouble() < options.foldChance() ? GarmentFold.sample(flat, random) : flat;
        // What the whole garment would cover, on a canvas larger than the photo.
        GarmentLayer whole = flat.remap(geometry.mapX, geometry.mapY, geometry.canvas());
        float[] mapX = crop(geometry.mapX, geometry);
        float[] mapY = crop(geometry.mapY, geometry);
        GarmentLayer seen = folded.remap(mapX, mapY, side);
        Canvas canvas = new Canvas(scenery.background(side, random, group));
        int shadowX = (int) Math.round(side * 0.02 * random.nextGaussian());
        int shadowY = (int) Math.round(side * (0.01 + 0.015 * random.nextDouble()));
        canvas.shadow(
                seen.alpha(),
                0.15 + 0.35 * random.nextDouble(),
                side * (0.012 + 0.025 * random.nextDouble()),
                shadowX,
                shadowY);
        float[] across = across(mapX, flat.side(), box[0]);
        canvas.over(seen.rgb(), seen.alpha(), GarmentLight.sample(side, across, options.shading(), random));
        List<byte[]> covers = occlude(canvas, seen, group, random);
        canvas.light(GarmentLight.room(side, options.shading(), random));
        boolean[] visible = visible(seen.front(), covers);
        RgbImage photo = CameraEffects.apply(canvas, options, random);
        return new WildView(
                photo,
                new Silhouette(side, side, visible),
                hiddenShare(whole.alpha(), visible),
                geometry.rotationDegrees,
                FramePositions.ofPixels(side, mapX, mapY, flat.side()));
    }

    private List<byte[]> occlude(Canvas canvas, GarmentLayer seen, String group, SplittableRandom random) {
        List<byte[]> covers = new ArrayList<>();
        if (random.nextDouble() >= options.occluderChance()) {
            return covers;
        }
        int side = options.side();
        double[] centre = centre(seen);
        int count = random.nextDouble() < 0.8 ? 1 : 2;
        float[] even = new float[side * side];
        Arrays.fill(even, 1);
        for (int k = 0; k < count; k++) {
            Occluder o = Occluders.sample(side, centre[0], centre[1], scenery, group, random);
            if (covered(seen.alpha(), o.alpha()) <= MOST_HIDDEN_BY_ONE) {
                canvas.shadow(o.alpha(), 0.35, side * 0.02, 1, Math.max(1, side / 64));
                canvas.over(o.rgb(), o.alpha(), even);
                covers.add(o.alpha());
            }
        }
        return covers;
    }

    /** The garment's front where it is seen: at least half covered by it and less than half by others. */
    static boolean[] visible(byte[] front, List<byte[]> covers) {
        boolean[] visible = new boolean[front.length];
        for (int i = 0; i < front.length; i++) {
            visible[i] = (front[i] & 0xff) >= 128;
            for (byte[] cover : covers) {
                visible[i] &= (cover[i] & 0xff) < 128;
            }
        }
        return visible;
    }

    /** 1 - visible pixels / pixels of the whole garment. */
    static double hiddenShare(byte[] whole, boolean[] visible) {
        int all = 0;
        for (byte w : whole) {
            all += (w & 0xff) >= 128 ? 1 : 0;
        }
        int seen = 0;
        for (boolean v : visible) {
            seen += v ? 1 : 0;
        }
        return all == 0 ? 1 : Math.max(0, Math.min(1, 1 - (double) seen / all));
    }

    private static double covered(byte[] garment, byte[] cover) {
        int all = 0;
        int both = 0;
        for (int i = 0; i < garment.length; i++) {
            if ((garment[i] & 0xff) >= 128) {
                all++;
                both += (cover[i] & 0xff) >= 128 ? 1 : 0;
            }
        }
        return all == 0 ? 0 : (double) both / all;
    }

    private static double[] centre(GarmentLayer layer) {
        double x = 0;
        double y = 0;
        int n = 0;
        for (int i = 0; i < layer.alpha().length; i++) {
            if ((layer.alpha()[i] & 0xff) >= 128) {
                x += i % layer.side();
                y += i / layer.side();
                n++;
            }
        }
        double half = layer.side() / 2.0;
        return n == 0 ? new double[] {half, half} : new double[] {x / n, y / n};
    }

    /** Width and height of the bounding box, shares of the frame. */
    private static double[] box(GarmentLayer layer) {
        int x0 = layer.side();
        int y0 = layer.side();
        int x1 = -1;
        int y1 = -1;
        for (int i = 0; i < layer.alpha().length; i++) {
            if ((layer.alpha()[i] & 0xff) >= 128) {
                x0 = Math.min(x0, i % layer.side());
                x1 = Math.max(x1, i % layer.side());
                y0 = Math.min(y0, i / layer.side());
                y1 = Math.max(y1, i / layer.side());
            }
        }
        if (x1 < 0) {
            throw new IllegalArgumentException("the silhouette is empty: there is no garment to photograph");
        }
        return new double[] {(x1 - x0 + 1.0) / layer.side(), (y1 - y0 + 1.0) / layer.side()};
    }

    private static float[] across(float[] mapX, int garmentSide, double width) {
        float[] out = new float[mapX.length];
        float half = garmentSide / 2f;
        float scale = (float) (1 / (half * width));
        for (int i = 0; i < out.length; i++) {
            out[i] = (mapX[i] - half) * scale;
        }
        return out;
    }

    private static float[] crop(float[] map, ViewGeometry g) {
        float[] out = new float[g.side * g.side];
        for (int y = 0; y < g.side; y++) {
            System.arraycopy(map, (y + g.margin) * g.canvas() + g.margin, out, y * g.side, g.side);
        }
        return out;
    }
}
