package org.ragdiff.eval.feature;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.provenance.Sha256;

/**
 * Features of an ONNX file, such as Inception-V3's pool3 for FID, by ONNX Runtime (an optional dependency: {@code
 * com.microsoft.onnxruntime:onnxruntime} has to be on the class path). The first input takes float32 [N, 3, side, side],
 * the first output is [N, D], or [N, D, h, w] and averaged over h and w as pytorch-fid does.
 */
public final class OnnxFeatures implements FeatureExtractor {
    private final String name;
    private final String fingerprint;
    private final Preparation preparation;
    private final OrtSession session;
    private final String input;
    private final int dimension;

    /**
     * What is done to pictures.
     *
     * @param side of the square that they are resized to, without crop
     * @param filter of resizing
     * @param scale factor of samples in [0, 255]
     * @param mean subtracted from each channel then
     * @param deviation divides each channel then
     */
    public record Preparation(int side, ResampleFilter filter, double scale, double[] mean, double[] deviation) {
        public Preparation {
            if (side < 1 || side > 4096 || mean.length != 3 || deviation.length != 3) {
                throw new IllegalArgumentException("preparation needs a side of 1 to 4096, three means and three"
                        + " deviations, got " + side + ", " + mean.length + " and " + deviation.length);
            }
            mean = mean.clone();
            deviation = deviation.clone();
        }

        /** 299 px, bicubic, [−1, 1]: clean-fid's for Inception, but that it resizes without rounding to 8 bits. */
        public static Preparation inception() {
            double[] half = {0.5, 0.5, 0.5};
            return new Preparation(299, ResampleFilter.BICUBIC, 1 / 255.0, half, half);
        }

        @Override
        public String toString() {
            return side + " " + filter + " " + scale + " " + Arrays.toString(mean) + " " + Arrays.toString(deviation);
        }
    }

    private OnnxFeatures(
            String name, String fingerprint, Preparation preparation, OrtSession session, String input, int dimension) {
        this.name = name;
        this.fingerprint = fingerprint;
        this.preparation = preparation;
        this.session = session;
        this.input = input;
        this.dimension = dimension;
    }

    /**
     * @param name that is printed with figures
     * @return to be closed
     * @throws IOException if the file is missing, ONNX Runtime is not there or refuses it, or its shapes do not fit
     */
    public static OnnxFeatures open(String name, Path file, Preparation preparation) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no ONNX file at " + file);
        }
        OrtSession session = session(file);
        try {
            String input = session.getInputNames().iterator().next();
            long[] in = shape(session.getInputInfo().get(input));
            String output = session.getOutputNames().iterator().next();
            long[] out = shape(session.getOutputInfo().get(output));
            if (in.length != 4 || in[1] != 3 || (in[2] > 0 && in[2] != preparation.side())) {
                throw new IOException(file + ": input " + input + " is " + Arrays.toString(in) + ", expected [N, 3, "
                        + preparation.side() + ", " + preparation.side() + "]");
            }
            if ((out.length != 2 && out.length != 4) || out[1] < 1) {
                throw new IOException(file + ": output " + output + " is " + Arrays.toString(out)
                        + ", expected [N, D] or [N, D, h, w] with a fixed D");
            }
            String fingerprint = Sha256.of(Sha256.of(file) + " " + preparation);
            return new OnnxFeatures(name, fingerprint, preparation, session, input, Math.toIntExact(out[1]));
        } catch (IOException | OrtException | RuntimeException e) {
            close(session);
            throw e instanceof IOException io ? io : new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static OrtSession session(Path file) throws IOException {
        try {
            return OrtEnvironment.getEnvironment().createSession(file.toString());
        } catch (OrtException e) {
            throw new IOException(file + " is refused by ONNX Runtime: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new IOException(
                    "ONNX files need com.microsoft.onnxruntime:onnxruntime on the class path: " + e.getMessage(), e);
        }
    }

    private static long[] shape(NodeInfo info) throws IOException {
        if (info.getInfo() instanceof TensorInfo t) {
            return t.getShape();
        }
        throw new IOException(info.getName() + " is " + info.getInfo() + ", expected a tensor");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Features extract(List<RgbImage> images) {
        int side = preparation.side();
        FloatBuffer pixels = FloatBuffer.allocate(Math.multiplyExact(images.size(), 3 * side * side));
        images.forEach(i -> prepare(Resize.rgb(i, side, side, preparation.filter()), pixels));
        pixels.flip();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor x = OnnxTensor.createTensor(environment, pixels, new long[] {images.size(), 3, side, side});
                OrtSession.Result result = session.run(Map.of(input, x))) {
            OnnxTensor y = (OnnxTensor) result.get(0);
            FloatBuffer values = y.getFloatBuffer();
            int cells = values.remaining() / (images.size() * dimension);
            double[] out = new double[images.size() * dimension];
            for (int i = 0; i < out.length; i++) {
                for (int c = 0; c < cells; c++) {
                    out[i] += values.get(i * cells + c) / (double) cells;
                }
            }
            return Features.wrap(dimension, out);
        } catch (OrtException e) {
            throw new IllegalStateException(name + ": ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    /** Channels first. */
    private void prepare(RgbImage image, FloatBuffer out) {
        byte[] rgb = image.rgbUnsafe();
        for (int c = 0; c < 3; c++) {
            for (int i = c; i < rgb.length; i += 3) {
                out.put((float)
                        (((rgb[i] & 0xff) * preparation.scale() - preparation.mean()[c])
                                / preparation.deviation()[c]));
            }
        }
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        close(session);
    }
}
