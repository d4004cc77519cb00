package org.ragdiff.data.wild;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Smooth random fields: normal numbers on a coarse grid, interpolated bicubically. Stateless. */
final class SmoothField {
    private SmoothField() {}

    /**
     * @param cols grid columns: the larger, the finer the field
     * @return {@code width * height} values of about unit variance, row-major
     */
    static float[] sample(SplittableRandom random, int cols, int rows, int width, int height) {
        float[] grid = new float[cols * rows];
        for (int i = 0; i < grid.length; i++) {
            grid[i] = (float) random.nextGaussian();
        }
        return upsample(grid, cols, rows, width, height);
    }

    static float[] upsample(float[] grid, int cols, int rows, int width, int height) {
        float[] out = new float[width * height];
        try (Mat coarse = new Mat(rows, cols, CV_32FC1);
                Mat fine = new Mat();
                Size size = new Size(width, height);
                FloatPointer from = new FloatPointer(coarse.data())) {
            from.put(grid, 0, grid.length);
            opencv_imgproc.resize(coarse, fine, size, 0, 0, INTER_CUBIC);
            try (FloatPointer to = new FloatPointer(fine.data())) {
                to.get(out, 0, out.length);
            }
        }
        return out;
    }
}
