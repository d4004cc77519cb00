package org.ragdiff.data.wild;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.opencv.MatImages;

/** What the camera adds: white balance, exposure, contrast, blur, noise, JPEG. Stateless. */
final class CameraEffects {
    /** Normal numbers that noise is read from, at a random place and stride. */
    private static final float[] NORMAL = new float[1 << 16];

    static {
        SplittableRandom random = new SplittableRandom(65536);
        for (int i = 0; i < NORMAL.length; i++) {
            NORMAL[i] = (float) random.nextGaussian();
        }
    }

    private CameraEffects() {}

    static RgbImage apply(Canvas canvas, WildViewOptions o, SplittableRandom random) {
        float[] gain = new float[3];
        for (int c = 0; c < 3; c++) {
            gain[c] = (float) Math.exp(o.colourCast() * (random.nextDouble() + random.nextDouble() - 1));
        }
        float exposure = (float) Math.exp(2.5 * o.colourCast() * (random.nextDouble() + random.nextDouble() - 1));
        float contrast = (float) (1 + 2 * o.colourCast() * (random.nextDouble() - 0.5));
        float sigma = (float) (o.noise() * random.nextDouble());
        double blur = o.blur() * random.nextDouble() * canvas.side / 128.0;
        int at = random.nextInt(NORMAL.length);
        int stride = 1 + 2 * random.nextInt(16);
        float[] lit = canvas.rgb;
        byte[] bytes = new byte[lit.length];
        for (int i = 0; i < lit.length; i++) {
            bytes[i] = clamp((lit[i] * gain[i % 3] * exposure - 128) * contrast + 128);
        }
        int quality = o.lowestJpegQuality() + random.nextInt(101 - o.lowestJpegQuality());
        try (Mat m = new Mat(canvas.side, canvas.side, CV_8UC3)) {
            m.data().put(bytes, 0, bytes.length);
            if (blur > 0.25) {
                try (Size auto = new Size(0, 0)) {
                    opencv_imgproc.GaussianBlur(m, m, auto, blur);
                }
                m.data().get(bytes, 0, bytes.length);
            }
            for (int i = 0; i < bytes.length; i++) {
                at = at + stride & NORMAL.length - 1;
                bytes[i] = clamp((bytes[i] & 0xff) + sigma * NORMAL[at]);
            }
            m.data().put(bytes, 0, bytes.length);
            return quality >= 98 ? MatImages.toImage(m) : jpeg(m, quality);
        }
    }

    /** Red and blue change places on the way through the codec, twice. */
    private static RgbImage jpeg(Mat rgb, int quality) {
        try (BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, quality)) {
            opencv_imgproc.cvtColor(rgb, rgb, opencv_imgproc.COLOR_RGB2BGR);
            if (!opencv_imgcodecs.imencode(".jpg", rgb, encoded, parameters)) {
                throw new IllegalStateException("OpenCV could not encode a JPEG of quality " + quality);
            }
            try (Mat wrapped = new Mat(1, (int) encoded.limit(), CV_8UC1, encoded);
                    Mat decoded = opencv_imgcodecs.imdecode(wrapped, IMREAD_COLOR)) {
                opencv_imgproc.cvtColor(decoded, decoded, opencv_imgproc.COLOR_BGR2RGB);
                return MatImages.toImage(decoded);
            }
        }
    }

    private static byte clamp(float v) {
        return (byte) (v <= 0 ? 0 : v >= 255 ? 255 : (int) (v + 0.5f));
    }
}
