package org.ragdiff.bench.kernel;

import static org.ragdiff.core.tensor.Kernels.Precision.BF16;
import static org.ragdiff.core.tensor.Kernels.Precision.F32;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.Work;
import org.ragdiff.core.tensor.Kernels;

/**
 * The rows of single operations. Sizes are those of the demo model (latents 32x32, channels 48, 96, 160),
 * of SD 1.5 (64x64; 320, 640, 1280) and SDXL (128x128; 320, 640, 1280), and of SD's VAE decoder.
 */
public final class KernelCases {
    private final List<CaseSpec> specs = new ArrayList<>();
    private final boolean bf16;

    private KernelCases(boolean bf16) {
        this.bf16 = bf16;
    }

    /**
     * All rows.
     *
     * @param bf16 whether this machine computes products in bfloat16; without, those rows are absent
     */
    public static List<CaseSpec> list(boolean bf16) {
        KernelCases all = new KernelCases(bf16);
        all.products();
        all.convolutions();
        all.attention();
        all.normalisations();
        all.pointwise();
        all.besideOnnxRuntime();
        return all.specs;
    }

    private void products() {
        matmul("square", 1024, 1024, 1024, true);
        matmul("square", 2048, 2048, 2048, false);
        linear("demo", 256, 96, 96, true);
        linear("demo", 64, 160, 640, false);
        linear("sd15", 4096, 320, 320, true);
        linear("sd15", 4096, 320, 2560, false);
        linear("sd15", 1024, 640, 640, false);
        linear("sd15", 1024, 640, 5120, false);
        linear("sd15", 256, 1280, 1280, true);
        linear("sd15", 256, 1280, 10240, false);
        linear("sdxl", 4096, 640, 640, false);
        linear("sdxl", 4096, 640, 5120, false);
        linear("sdxl", 1024, 1280, 1280, true);
        linear("sdxl", 1024, 1280, 10240, false);
    }

    private void convolutions() {
        conv("conv3x3", "demo", 48, 48, 32, 3, 1, true);
        conv("conv3x3", "demo", 160, 160, 8, 3, 1, false);
        conv("conv3x3", "sd15", 320, 320, 64, 3, 1, true);
        conv("conv3x3", "sd15", 640, 640, 32, 3, 1, true);
        conv("conv3x3", "sd15", 1280, 1280, 16, 3, 1, true);
        conv("conv3x3", "sd15", 1280, 1280, 8, 3, 1, false);
        conv("conv3x3", "sd15", 960, 640, 32, 3, 1, false);
        conv("conv3x3", "sdxl", 320, 320, 128, 3, 1, false);
        conv("conv3x3", "sdxl", 640, 640, 64, 3, 1, false);
        conv("conv3x3", "sdxl", 1280, 1280, 32, 3, 1, false);
        conv("conv3x3", "vae", 512, 512, 64, 3, 1, false);
        conv("conv3x3", "vae", 128, 128, 256, 3, 1, false);
        conv("conv1x1", "demo", 96, 48, 32, 1, 1, false);
        conv("conv1x1", "sd15", 320, 320, 64, 1, 1, true);
        conv("conv1x1", "sd15", 960, 640, 32, 1, 1, false);
        conv("conv1x1", "sd15", 1280, 1280, 16, 1, 1, false);
        conv("conv1x1", "sdxl", 960, 640, 64, 1, 1, false);
        conv("conv3x3 stride 2", "demo", 48, 48, 32, 3, 2, false);
        conv("conv3x3 stride 2", "sd15", 320, 320, 64, 3, 2, true);
        conv("conv3x3 stride 2", "sd15", 640, 640, 32, 3, 2, false);
        conv("conv3x3 stride 2", "sdxl", 320, 320, 128, 3, 2, false);
    }

    /** The graphs that ONNX Runtime is given: an operation, and a convolution with its activation. */
    private void besideOnnxRuntime() {
        onnxMatmul("square", 1024, true);
        onnxConv("demo", 48, 32, false, false);
        onnxConv("sd15", 320, 64, false, true);
        onnxConv("sd15", 640, 32, false, false);
        onnxConv("demo", 48, 32, true, false);
        onnxConv("sd15", 320, 64, true, false);
    }

    private void onnxMatmul(String model, int n, boolean quick) {
        String params = "%1$s %2$dx%2$dx%2$d f32".formatted(model, n);
        Work work = Work.flops(MatmulCase.flops(n, n, n));
        specs.add(spec("matmul beside ONNX", params, work, quick, () -> new OnnxCase(new MatmulCase(n, n, n, F32))));
    }

    private void onnxConv(String model, int channels, int side, boolean silu, boolean quick) {
        String name = silu ? "conv3x3 + SiLU beside ONNX" : "conv3x3 beside ONNX";
        String params = "%1$s %2$d to %2$d, %3$dx%3$d f32".formatted(model, channels, side);
        Work work = Work.flops(ConvolutionCase.flops(channels, channels, side, 3, 1));
        specs.add(spec(
                name,
                params,
                work,
                quick,
                () -> new OnnxCase(new ConvolutionCase(channels, channels, side, 3, 1, silu, F32))));
    }

    private void attention() {
        attention("demo", 256, 256, 96, 3, true);
        attention("demo", 64, 64, 160, 5, false);
        attention("sd15", 4096, 4096, 320, 8, true);
        attention("sd15", 1024, 1024, 640, 8, true);
        attention("sd15", 256, 256, 1280, 8, false);
        attention("sdxl", 4096, 4096, 640, 10, false);
        attention("sdxl", 1024, 1024, 1280, 20, true);
        attention("sd15", 4096, 77, 320, 8, true);
        attention("sd15", 1024, 77, 640, 8, false);
        attention("sd15", 256, 77, 1280, 8, false);
        attention("sdxl", 4096, 77, 640, 10, false);
        attention("sdxl", 1024, 77, 1280, 20, false);
    }

    private void normalisations() {
        groupNorm("demo", 48, 32, 8, true);
        groupNorm("demo", 160, 8, 8, false);
        groupNorm("sd15", 320, 64, 32, true);
        groupNorm("sd15", 640, 32, 32, true);
        groupNorm("sd15", 1280, 16, 32, false);
        groupNorm("sdxl", 320, 128, 32, true);
        groupNorm("sdxl", 640, 64, 32, false);
        groupNorm("vae", 512, 64, 32, false);
        groupNorm("vae", 128, 256, 32, false);
        layerNorm("demo", 256, 96, true);
        layerNorm("sd15", 4096, 320, true);
        layerNorm("sd15", 1024, 640, false);
        layerNorm("sd15", 256, 1280, false);
        layerNorm("sdxl", 4096, 640, true);
        layerNorm("sdxl", 1024, 1280, false);
    }

    private void pointwise() {
        geglu("demo", 256, 192, true);
        geglu("sd15", 4096, 1280, true);
        geglu("sd15", 1024, 2560, false);
        geglu("sd15", 256, 5120, false);
        geglu("sdxl", 4096, 2560, false);
        geglu("sdxl", 1024, 5120, false);
        add("demo", 1024, 48, true);
        add("sd15", 4096, 320, true);
        add("sd15", 1024, 640, false);
        add("sd15", 256, 1280, false);
        add("sdxl", 16384, 320, true);
        add("sdxl", 4096, 640, false);
    }

    private interface InPrecision {
        PairedCase open(Kernels.Precision precision);
    }

    /** A row in float32 and, where the machine has it, one in bfloat16; quick runs have the float32 one. */
    private void product(String name, String params, double flops, boolean quick, InPrecision open) {
        specs.add(spec(name, params + " f32", Work.flops(flops), quick, () -> open.open(F32)));
        if (bf16) {
            specs.add(spec(name, params + " bf16", new Work(Work.Limit.BF16, flops), false, () -> open.open(BF16)));
        }
    }

    private void pass(String name, String params, double floats, boolean quick, Supplier<PairedCase> open) {
        specs.add(spec(name, params + " f32", Work.bytes(Float.BYTES * floats), quick, open));
    }

    private static CaseSpec spec(String name, String params, Work work, boolean quick, Supplier<PairedCase> open) {
        return new CaseSpec(name, params, work, CaseSpec.Effort.SHORT, quick, open);
    }

    private void matmul(String model, int m, int k, int n, boolean quick) {
        String params = "%s %dx%dx%d".formatted(model, m, k, n);
        product("matmul", params, MatmulCase.flops(m, k, n), quick, p -> new MatmulCase(m, k, n, p));
    }

    private void linear(String model, int rows, int from, int to, boolean quick) {
        String params = "%s %dx%d to %d".formatted(model, rows, from, to);
        product("linear", params, MatmulCase.flops(rows, from, to), quick, p -> new LinearCase(rows, from, to, p));
    }

    private void conv(String name, String model, int from, int to, int side, int kernel, int stride, boolean quick) {
        String params = "%s %d to %d, %dx%d".formatted(model, from, to, side, side);
        product(
                name,
                params,
                ConvolutionCase.flops(from, to, side, kernel, stride),
                quick,
                p -> new ConvolutionCase(from, to, side, kernel, stride, false, p));
    }

    private void attention(String model, int tokens, int keys, int channels, int heads, boolean quick) {
        String name = tokens == keys ? "self attention" : "cross attention";
        String params = String.format(
                Locale.ROOT, "%s %d tokens, %d keys, %d heads of %d", model, tokens, keys, heads, channels / heads);
        product(
                name,
                params,
                AttentionCase.flops(tokens, keys, channels),
                quick,
                p -> new AttentionCase(tokens, keys, channels, heads, p));
    }

    private void groupNorm(String model, int channels, int side, int groups, boolean quick) {
        String params = "%s %d channels, %dx%d, %d groups".formatted(model, channels, side, side, groups);
        pass(
                "group norm + SiLU",
                params,
                3.0 * side * side * channels,
                quick,
                () -> new GroupNormCase(channels, side, groups));
    }

    private void layerNorm(String model, int rows, int channels, boolean quick) {
        String params = "%s %dx%d".formatted(model, rows, channels);
        pass("layer norm", params, 2.0 * rows * channels, quick, () -> new LayerNormCase(rows, channels));
    }

    private void geglu(String model, int rows, int channels, boolean quick) {
        String params = "%s %dx%d".formatted(model, rows, channels);
        pass("geglu", params, 3.0 * rows * channels, quick, () -> new GegluCase(rows, channels));
    }

    private void add(String model, int rows, int channels, boolean quick) {
        String params = "%s %dx%d".formatted(model, rows, channels);
        pass("add", params, 3.0 * rows * channels, quick, () -> new AddCase(rows, channels));
    }
}
