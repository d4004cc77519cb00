package org.ragdiff.data.procedural;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;

/**
 * Draws a laid construction in the standard frame: panel by panel with its fabric, folds, seams and
 * soft shadow, then the whole cut out by the antialiased outline. Mutable; draws one garment.
 */
final class FlatRenderer {
    /** Grey levels that light adds to any cloth, whatever its colour. */
    private static final float SHEEN = 36;

    private static final int KNOT = 4;

    private final int side;
    private final double scale;
    private final double originX;
    private final double originY;
    private final AffineTransform toPixels;
    private final float[] cutX;
    private final float[] cutY;
    private final int[] canvas;
    private final BufferedImage canvasImage;
    private final byte[] painted;
    private final BufferedImage layerImage;
    private final int[] layer;
    private final Path2D outline;
    private final Construction laid;

    /**
     * @param construction as cut
     * @param lay how it lies
     * @param side of the picture in pixels
     */
    FlatRenderer(Construction construction, Lay lay, int side) {
        this.side = side;
        this.laid = construction.laid(lay);
        this.outline = laid.outline();
        Rectangle2D box = Paths.bounds(outline);
        this.scale = StandardFrame.COVERAGE * side / Math.max(box.getWidth(), box.getHeight());
        this.originX = box.getCenterX() - side / 2.0 / scale;
        this.originY = box.getCenterY() - side / 2.0 / scale;
        this.toPixels = new AffineTransform(scale, 0, 0, scale, -originX * scale, -originY * scale);
        this.canvasImage = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        this.canvas = ((DataBufferInt) canvasImage.getRaster().getDataBuffer()).getData();
        this.layerImage = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        this.layer = ((DataBufferInt) layerImage.getRaster().getDataBuffer()).getData();
        this.painted = new byte[side * side];
        this.cutX = new float[side * side];
        this.cutY = new float[side * side];
        unlay(lay);
    }

    /** A picture and its silhouette. */
    record Flat(RgbImage standard, Silhouette silhouette) {}

    /**
     * @param creasing amount of folds, 1 as usual
     */
    Flat draw(Look look, double creasing, Exposure exposure, SplittableRandom random) {
        double lightAngle = -2.2 + 0.5 * random.nextGaussian();
        List<byte[]> covers = covers();
        for (int k = 0; k < covers.size(); k++) {
            Panel panel = laid.panels().get(k);
            Rectangle2D box = Paths.bounds(panel.outline());
            Relief relief = Relief.sample(panel, box, creasing, lightAngle, random);
            shadow(panel);
            fabric(panel, look.fabric(panel.cloth()), relief, covers.get(k));
            marks(panel);
            compose(covers.get(k));
        }
        return cutOut(exposure);
    }

    /** The place in the cut of each pixel: exact on every fourth, in between by lines. */
    private void unlay(Lay lay) {
        int knots = (side + KNOT - 1) / KNOT + 1;
        double[] at = new double[2];
        float[] kx = new float[knots * knots];
        float[] ky = new float[knots * knots];
        for (int k = 0; k < kx.length; k++) {
            at[0] = originX + (k % knots * KNOT + 0.5) / scale;
            at[1] = originY + (k / knots * KNOT + 0.5) / scale;
            lay.inverse(at);
            kx[k] = (float) at[0];
            ky[k] = (float) at[1];
        }
        for (int i = 0; i < cutX.length; i++) {
            int x = i % side;
            int y = i / side;
            int k = y / KNOT * knots + x / KNOT;
            float fx = x % KNOT / (float) KNOT;
            float fy = y % KNOT / (float) KNOT;
            cutX[i] = between(kx, k, knots, fx, fy);
            cutY[i] = between(ky, k, knots, fx, fy);
        }
    }

    private static float between(float[] v, int k, int row, float fx, float fy) {
        float top = v[k] + fx * (v[k + 1] - v[k]);
        float bottom = v[k + row] + fx * (v[k + row + 1] - v[k + row]);
        return top + fy * (bottom - top);
    }

    /** What is seen of each panel, 0 to 255 a pixel: nothing where a later one covers all of the pixel. */
    private List<byte[]> covers() {
        List<byte[]> covers = new ArrayList<>();
        byte[] whole = null;
        for (Panel panel : laid.panels()) {
            byte[] cover = coverage(panel.outline());
            if (panel.overlay()) {
                for (int i = 0; i < cover.length; i++) {
                    cover[i] = (byte) ((cover[i] & 0xff) * (whole[i] & 0xff) / 255);
                }
            } else {
                whole = cover;
            }
            covers.add(cover);
        }
        boolean[] hidden = new boolean[side * side];
        for (int k = covers.size() - 1; k >= 0; k--) {
            byte[] cover = covers.get(k);
            for (int i = 0; i < cover.length; i++) {
                if (hidden[i]) {
                    cover[i] = 0;
                } else {
                    hidden[i] = cover[i] == -1;
                }
            }
        }
        return covers;
    }

    private byte[] coverage(Path2D path) {
        BufferedImage mask = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = graphics(mask);
        g.setColor(Color.WHITE);
        g.fill(path);
        g.dispose();
        return ((DataBufferByte) mask.getRaster().getDataBuffer()).getData();
    }

    private Graphics2D graphics(BufferedImage image) {
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setTransform(toPixels);
        return g;
    }

    /** Darkens what lies around a raised panel. */
    private void shadow(Panel panel) {
        if (panel.lift() > 0) {
            Graphics2D g = graphics(canvasImage);
            soft(g, panel.outline(), panel.lift() * 4, 0.17);
            g.dispose();
        }
    }

    private void fabric(Panel panel, Fabric fabric, Relief relief, byte[] cover) {
        double footprint = 1 / scale;
        double cos = Math.cos(panel.angle());
        double sin = Math.sin(panel.angle());
        float[] rgb = new float[3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int i = y * side + x;
                if (cover[i] != 0) {
                    float u = cutX[i];
                    float v = cutY[i];
                    fabric.colour(cos * u + sin * v, -sin * u + cos * v, footprint, rgb);
                    float light = (float) panel.light() * relief.at(u, v);
                    // Sheen: folds show on black cloth too.
                    float sheen = SHEEN * (light - 1);
                    layer[i] = pack(rgb[0] * light + sheen, rgb[1] * light + sheen, rgb[2] * light + sheen);
                }
            }
        }
    }

    private void marks(Panel panel) {
        Graphics2D g = graphics(layerImage);
        for (Mark m : panel.marks()) {
            if (m.width() > 0) {
                stroke(g, m.path(), m.width(), m.rgb(), m.opacity());
            } else {
                g.setColor(colour(m.rgb(), m.opacity()));
                g.fill(m.path());
            }
        }
        if (!panel.overlay()) {
            // Cloth turns away towards its edge.
            soft(g, panel.outline(), 4.5, 0.12);
        }
        g.dispose();
    }

    /** A dark line that fades to both sides: strokes over each other, as many as the scale shows. */
    private void soft(Graphics2D g, Path2D path, double width, double opacity) {
        int levels = Math.max(2, Math.min(12, (int) Math.round(width * scale / 3)));
        for (int k = 0; k < levels; k++) {
            stroke(g, path, width * (1 - k / (levels + 0.5)), Mark.DARK, opacity / levels);
        }
    }

    private static void stroke(Graphics2D g, Path2D path, double width, int rgb, double opacity) {
        g.setColor(colour(rgb, opacity));
        g.setStroke(new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        g.draw(path);
    }

    private static Color colour(int rgb, double opacity) {
        return new Color(rgb & 0xffffff | (int) Math.round(255 * opacity) << 24, true);
    }

    /** Lays the panel over the canvas. Where nothing lay before it takes the panel's colour whole. */
    private void compose(byte[] cover) {
        for (int i = 0; i < cover.length; i++) {
            int c = cover[i] & 0xff;
            if (c != 0) {
                int old = painted[i] & 0xff;
                int sum = c + old * (255 - c) / 255;
                int w = 256 * c / sum;
                canvas[i] = w >= 256 ? layer[i] : lerp(canvas[i], layer[i], w);
                painted[i] = (byte) sum;
            }
        }
    }

    private Flat cutOut(Exposure exposure) {
        byte[] cover = coverage(outline);
        byte[] rgb = new byte[3 * side * side];
        boolean[] inside = new boolean[side * side];
        float[] pixel = new float[3];
        for (int i = 0; i < cover.length; i++) {
            int c = cover[i] & 0xff;
            inside[i] = c >= 128;
            pixel[0] = canvas[i] >> 16 & 0xff;
            pixel[1] = canvas[i] >> 8 & 0xff;
            pixel[2] = canvas[i] & 0xff;
            if (c != 0) {
                exposure.apply(pixel, (i % side + 0.5) / side, (i / side + 0.5) / side, 1.0 / side);
            }
            for (int k = 0; k < 3; k++) {
                rgb[3 * i + k] = (byte) ((byteOf(pixel[k]) * c + 255 * (255 - c) + 127) / 255);
            }
        }
        return new Flat(RgbImage.wrap(side, side, rgb), new Silhouette(side, side, inside));
    }

    private static int lerp(int a, int b, int w) {
        int out = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int va = a >> shift & 0xff;
            int vb = b >> shift & 0xff;
            out |= va + (vb - va) * w / 256 << shift;
        }
        return out;
    }

    private static int pack(float r, float g, float b) {
        return byteOf(r) << 16 | byteOf(g) << 8 | byteOf(b);
    }

    private static int byteOf(float v) {
        return v <= 0 ? 0 : v >= 250 ? 250 : (int) (v + 0.5f);
    }
}
