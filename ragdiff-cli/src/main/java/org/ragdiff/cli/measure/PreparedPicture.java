package org.ragdiff.cli.measure;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.PictureSize;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;
import org.ragdiff.eval.metric.ImagePlanes;
import org.ragdiff.eval.protocol.PictureStep;
import org.ragdiff.eval.protocol.PictureStep.Samples;
import org.ragdiff.eval.protocol.Preparation;

/**
 * A picture as a protocol has it compared. Samples stay in 8 bits until a step resamples floats; from there on they are
 * float32 in [0, 1], as torchvision has them. Immutable.
 */
final class PreparedPicture {
    private static final int CHANNELS = 3;

    private final int width;
    private final int height;
    /** The 8-bit picture, or null where samples are floats. */
    private final RgbImage bytes;

    private final List<float[]> floats;

    private PreparedPicture(int width, int height, RgbImage bytes, List<float[]> floats) {
        this.width = width;
        this.height = height;
        this.bytes = bytes;
        this.floats = floats;
    }

    private static PreparedPicture of(RgbImage image) {
        return new PreparedPicture(image.width(), image.height(), image, List.of());
    }

    /**
     * @param image as it was read; not modified
     * @param resultHeight height of the result that it is compared with, as that was read
     * @throws IllegalArgumentException if the protocol has no steps for its size, or a crop does not fit
     */
    static PreparedPicture of(Preparation preparation, RgbImage image, int resultHeight) {
        PreparedPicture out = of(image);
        for (PictureStep step : preparation.stepsFor(image.width(), image.height())) {
            out = out.then(step, resultHeight);
        }
        return out;
    }

    private PreparedPicture then(PictureStep step, int resultHeight) {
        if (step instanceof PictureStep.Resize r) {
            return resized(r.width(), r.height(), r.filter(), r.samples());
        }
        if (step instanceof PictureStep.ResizeToResultHeight r) {
            int w = (int) Math.max(1, (long) width * resultHeight / height);
            return resized(w, resultHeight, r.filter(), r.samples());
        }
        if (step instanceof PictureStep.ResizeShorterSide r) {
            PictureSize size = new PictureSize(width, height).withShortest(r.length());
            return resized(size.width(), size.height(), r.filter(), r.samples());
        }
        PictureStep.CentreCrop crop = (PictureStep.CentreCrop) step;
        return cropped(crop.width(), crop.height());
    }

    private PreparedPicture resized(int w, int h, ResampleFilter filter, Samples samples) {
        if (w == width && h == height && (samples == Samples.UINT8) == (bytes != null)) {
            return this;
        }
        if (samples == Samples.UINT8) {
            return of(Resize.rgb(rounded(), w, h, filter));
        }
        SourceBox whole = SourceBox.whole(width, height);
        List<float[]> out = new ArrayList<>();
        for (int c = 0; c < CHANNELS; c++) {
            out.add(Resize.floats(channel(c), width, height, whole, w, h, filter));
        }
        return new PreparedPicture(w, h, null, out);
    }

    /** torchvision's centre, whose halves round to even. */
    private PreparedPicture cropped(int w, int h) {
        if (w > width || h > height) {
            throw new IllegalArgumentException(
                    "the centre of " + w + "x" + h + " does not fit into a picture of " + width + "x" + height);
        }
        int left = (int) Math.rint((width - w) / 2.0);
        int top = (int) Math.rint((height - h) / 2.0);
        if (bytes != null) {
            byte[] from = bytes.rgbUnsafe();
            byte[] to = new byte[w * h * CHANNELS];
            for (int y = 0; y < h; y++) {
                System.arraycopy(from, ((y + top) * width + left) * CHANNELS, to, y * w * CHANNELS, w * CHANNELS);
            }
            return of(RgbImage.wrap(w, h, to));
        }
        List<float[]> out = new ArrayList<>();
        for (float[] plane : floats) {
            float[] to = new float[w * h];
            for (int y = 0; y < h; y++) {
                System.arraycopy(plane, (y + top) * width + left, to, y * w, w);
            }
            out.add(to);
        }
        return new PreparedPicture(w, h, null, out);
    }

    private float[] channel(int c) {
        if (bytes == null) {
            return floats.get(c);
        }
        byte[] rgb = bytes.rgbUnsafe();
        float[] out = new float[width * height];
        for (int i = 0; i < out.length; i++) {
            out[i] = (rgb[CHANNELS * i + c] & 0xff) / 255f;
        }
        return out;
    }

    /** In 8 bits, floats rounded and clipped. */
    RgbImage rounded() {
        if (bytes != null) {
            return bytes;
        }
        byte[] out = new byte[width * height * CHANNELS];
        for (int i = 0; i < out.length; i++) {
            float v = floats.get(i % CHANNELS)[i / CHANNELS];
            out[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, v)));
        }
        return RgbImage.wrap(width, height, out);
    }

    /** Luma of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B) of the samples as they are, in [0, 1]. */
    ImagePlanes luma() {
        float[] r = channel(0);
        float[] g = channel(1);
        float[] b = channel(2);
        double[] out = new double[r.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = 0.299 * r[i] + 0.587 * g[i] + 0.114 * b[i];
        }
        return new ImagePlanes(width, height, out);
    }
}
