package org.ragdiff.data.opencv;

import org.bytedeco.opencv.global.opencv_core;

/**
 * OpenCV's thread count, which belongs to the process. Data preparation runs on one thread by
 * default so that training keeps the other cores.
 */
public final class OpenCvThreads {
    private OpenCvThreads() {}

    /**
     * @param threads 1 or more
     */
    public static void set(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("OpenCV needs at least 1 thread, got " + threads);
        }
        opencv_core.setNumThreads(threads);
    }

    public static int get() {
        return opencv_core.getNumThreads();
    }
}
