package org.ragdiff.core.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.io.FloatMemory;

/** Pictures to and from network tensors. Stateless. */
public final class Images {
    private static final float[] TO_UNIT = new float[256];

    static {
        for (int i = 0; i < 256; i++) {
            TO_UNIT[i] = i / 127.5f - 1;
        }
    }

    private Images() {}

    /**
     * @param images at least one, all of one size
     * @return [N, H, W, 3] float32 in [-1, 1]: value / 127.5 - 1
     */
    public static INDArray toTensor(List<RgbImage> images) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("toTensor needs at least one image");
        }
        int w = images.get(0).width();
        int h = images.get(0).height();
        INDArray out = Nd4j.createUninitialized(DataType.FLOAT, new long[] {images.size(), h, w, 3}, 'c');
        float[] values = new float[h * w * 3];
        for (int n = 0; n < images.size(); n++) {
            RgbImage image = images.get(n);
            if (image.width() != w || image.height() != h) {
                throw new IllegalArgumentException("image " + n + " is " + image.width() + "x" + image.height()
                        + ", the first is " + w + "x" + h + "; resize them to one size");
            }
            byte[] rgb = image.rgbUnsafe();
            for (int i = 0; i < values.length; i++) {
                values[i] = TO_UNIT[rgb[i] & 0xff];
            }
            FloatMemory.put(out, (long) n * values.length, values, values.length);
        }
        return out;
    }

    /**
     * @param tensor [N, H, W, 3], any real type; values beyond [-1, 1] are clipped; not modified
     * @throws IllegalArgumentException if the shape differs or a value is NaN
     */
    public static List<RgbImage> fromTensor(INDArray tensor) {
        if (tensor.rank() != 4 || tensor.size(3) != 3) {
            throw new IllegalArgumentException("expected [N, H, W, 3], got " + Arrays.toString(tensor.shape()));
        }
        INDArray dense = FloatMemory.dense(tensor);
        int h = (int) tensor.size(1);
        int w = (int) tensor.size(2);
        float[] values = new float[Math.multiplyExact(Math.multiplyExact(h, w), 3)];
        List<RgbImage> images = new ArrayList<>();
        for (int n = 0; n < tensor.size(0); n++) {
            FloatMemory.get(dense, (long) n * values.length, values, values.length);
            byte[] rgb = new byte[values.length];
            for (int i = 0; i < values.length; i++) {
                float v = values[i];
                if (Float.isNaN(v)) {
                    throw new IllegalArgumentException("image " + n + " has NaN at pixel (" + i / 3 % w + ", "
                            + i / 3 / w + "); the network diverged");
                }
                rgb[i] = (byte) Math.round(Math.max(0, Math.min(255, (v + 1) * 127.5f)));
            }
            images.add(RgbImage.wrap(w, h, rgb));
        }
        return images;
    }
}
