package org.ragdiff.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CUDA C++ sources of our kernels: one text, without includes. */
public final class KernelSources {
    private static final List<String> FILES = List.of(
            "types.cuh", "elementwise.cu", "convolution.cu", "reduce.cu", "norm.cu", "attention.cu", "optimizer.cu");

    private KernelSources() {}

    /** All sources one after the other. */
    public static String text() {
        StringBuilder all = new StringBuilder();
        for (String file : FILES) {
            all.append("#line 1 \"").append(file).append("\"\n").append(read(file));
        }
        return all.toString();
    }

    private static String read(String file) {
        try (InputStream in = KernelSources.class.getResourceAsStream("kernels/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the resource kernels/" + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
