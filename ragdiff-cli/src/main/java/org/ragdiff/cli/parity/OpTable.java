package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Embeddings;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.MaxPooling;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.SpatialMaps;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** The operations of ops-grad on the tape, by the words of the fixture. Stateless. */
final class OpTable {
    private static final Pattern POOL = Pattern.compile("(avg|max)_pool k(\\d+) s(\\d+)(?: pad(\\d+))?(.*)");
    private static final Pattern SMOOTH_L1 = Pattern.compile("smooth l1 beta (\\S+) mean");
    private static final Pattern HUBER = Pattern.compile("huber delta (\\S+) mean");
    private static final Pattern CROSS_ENTROPY =
            Pattern.compile("softmax cross-entropy, mean(?:, label smoothing (\\S+))?");

    private OpTable() {}

    /** How the result lies. */
    static OpLayout layout(String op) {
        if (op.equals("sdpa")) {
            return OpLayout.HEADS;
        }
        boolean map = op.equals("conv2d")
                || op.startsWith("group_norm")
                || op.startsWith("nearest ")
                || op.startsWith("bilinear ")
                || POOL.matcher(op).matches();
        return map ? OpLayout.MAP : OpLayout.PLAIN;
    }

    /**
     * @param output shape of the fixture's result
     * @throws UnsupportedCaseException if there is no such operation
     */
    static Var apply(OpInputs in, FixtureObject params, long[] output) throws IOException {
        Tape t = in.tape();
        String op = params.text("op");
        float eps = (float) params.numberOr("eps", 1e-5);
        return switch (op) {
            case "conv2d" -> convolution(in, params);
            case "sdpa" -> attention(in, params);
            case "linear" -> Products.linear(t, in.leaf("x"), in.leaf("weight"), in.leafOrNull("bias"));
            case "group_norm" -> groupNorm(in, params.integer("groups"), eps, Activation.NONE);
            case "group_norm then silu" -> groupNorm(in, params.integer("groups"), eps, Activation.SILU);
            case "layer_norm" -> {
                Var x = in.leaf("x");
                long c = x.size(x.rank() - 1);
                yield Normalizations.layerNorm(t, x, in.leafOr("weight", 1, c), in.leafOr("bias", 0, c), eps);
            }
            case "gelu_erf" -> Elementwise.activate(t, Activation.GELU, in.leaf("x"));
            case "gelu_tanh" -> Elementwise.activate(t, Activation.GELU_TANH, in.leaf("x"));
            case "silu" -> Elementwise.activate(t, Activation.SILU, in.leaf("x"));
            case "relu" -> Elementwise.activate(t, Activation.RELU, in.leaf("x"));
            case "sigmoid" -> Elementwise.activate(t, Activation.SIGMOID, in.leaf("x"));
            case "tanh" -> Elementwise.activate(t, Activation.TANH, in.leaf("x"));
            case "quick_gelu" -> Elementwise.quickGelu(t, in.leaf("x"));
            case "softmax over last dim" -> softmax(t, in.rows("x"));
            case "geglu: linear to 2n, first half x gelu_erf(second half)" ->
                Elementwise.geglu(t, Products.linear(t, in.leaf("x"), in.leaf("weight"), in.leafOrNull("bias")));
            case "embedding" -> Embeddings.rows(t, in.leaf("weight"), in.integers("ids"));
            case "mse mean" -> {
                Var d = difference(in);
                yield Losses.meanSquaredError(t, d, zerosLike(d), null);
            }
            case "l2 normalise last dim, eps 1e-12" -> Normalizations.unitRows(t, in.rows("x"));
            default -> parsed(in, op, output);
        };
    }

    /** Operations whose words hold numbers. */
    private static Var parsed(OpInputs in, String op, long[] output) throws IOException {
        Tape t = in.tape();
        if (op.startsWith("nearest ") || op.startsWith("bilinear ")) {
            return resize(in, op, output);
        }
        Matcher m = POOL.matcher(op);
        if (m.matches()) {
            int padding = m.group(4) == null ? 0 : Integer.parseInt(m.group(4));
            boolean countPadding = !m.group(5).contains("count_include_pad false");
            return pool(
                    in, m.group(1), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)), padding, countPadding);
        }
        m = CROSS_ENTROPY.matcher(op);
        if (m.matches()) {
            double smoothing = m.group(1) == null ? 0 : number(m.group(1));
            return Losses.crossEntropy(t, in.leaf("logits"), targets(in, smoothing));
        }
        m = SMOOTH_L1.matcher(op);
        if (m.matches()) {
            Var d = difference(in);
            return Losses.smoothL1(t, d, zerosLike(d), (float) number(m.group(1)));
        }
        m = HUBER.matcher(op);
        if (m.matches()) {
            // Huber's loss is delta times torch's smooth L1 loss.
            float delta = (float) number(m.group(1));
            Var d = difference(in);
            return Losses.weightedSum(t, new float[] {delta}, Losses.smoothL1(t, d, zerosLike(d), delta));
        }
        if (op.startsWith("symmetric InfoNCE")) {
            return infoNce(in);
        }
        throw new UnsupportedCaseException("RAGDiff has no operation \"" + op + "\"");
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new FixtureException("expected a number in the operation's words, got \"" + text + "\"", e);
        }
    }

    private static Var convolution(OpInputs in, FixtureObject p) throws IOException {
        Tape t = in.tape();
        if (p.integerOr("dilation", 1) != 1) {
            throw new UnsupportedCaseException("RAGDiff has no dilated convolutions");
        }
        Convolution geometry = new Convolution(
                p.integer("stride"),
                p.integer("pad_top"),
                p.integer("pad_left"),
                p.integer("pad_bottom"),
                p.integer("pad_right"));
        if (p.integerOr("groups", 1) != 1) {
            throw new UnsupportedCaseException("RAGDiff has no grouped convolutions");
        }
        return Convolutions.conv2d(t, in.map("x"), in.leaf("weight"), in.leafOrNull("bias"), geometry);
    }

    private static Var attention(OpInputs in, FixtureObject p) throws IOException {
        Tape t = in.tape();
        long[] q = in.shape("q", 4);
        Var query = in.headsOrNull("q");
        // Attention scales by 1 / sqrt(D); the query takes what another scale differs by.
        double factor = p.numberOr("scale", 1 / Math.sqrt(q[3])) * Math.sqrt(q[3]);
        if (Math.abs(factor - 1) > 1e-12) {
            query = Elementwise.scale(t, (float) factor, query);
        }
        return Attentions.attention(
                t,
                query,
                in.headsOrNull("k"),
                in.headsOrNull("v"),
                in.headsOrNull("k_ref"),
                in.headsOrNull("v_ref"),
                (int) q[1]);
    }

    private static Var groupNorm(OpInputs in, int groups, float eps, Activation activation) throws IOException {
        Var x = in.map("x");
        long c = x.size(3);
        return Normalizations.groupNorm(
                in.tape(), x, in.leafOr("weight", 1, c), in.leafOr("bias", 0, c), groups, eps, activation);
    }

    private static Var resize(OpInputs in, String op, long[] output) throws IOException {
        Var x = in.map("x");
        int h = (int) x.size(1);
        int w = (int) x.size(2);
        int ho = (int) output[2];
        int wo = (int) output[3];
        if (op.startsWith("nearest ")) {
            return ho == 2 * h && wo == 2 * w
                    ? Shapes.upsample2x(in.tape(), x)
                    : SpatialMaps.apply(in.tape(), x, AxisMap.nearest(h, ho), AxisMap.nearest(w, wo));
        }
        boolean corners = op.contains("align_corners true");
        return SpatialMaps.apply(in.tape(), x, AxisMap.bilinear(h, ho, corners), AxisMap.bilinear(w, wo, corners));
    }

    private static Var pool(OpInputs in, String kind, int kernel, int stride, int padding, boolean countPadding)
            throws IOException {
        Var x = in.map("x");
        int h = (int) x.size(1);
        int w = (int) x.size(2);
        if (kind.equals("max")) {
            return MaxPooling.apply(in.tape(), x, kernel, stride, padding);
        }
        if (kernel == 2 && stride == 2 && padding == 0 && h % 2 == 0 && w % 2 == 0) {
            return Shapes.averagePool2x(in.tape(), x);
        }
        return SpatialMaps.apply(
                in.tape(),
                x,
                AxisMap.averagePool(h, kernel, stride, padding, countPadding),
                AxisMap.averagePool(w, kernel, stride, padding, countPadding));
    }

    /** x − y, so that both receive gradients. */
    private static Var difference(OpInputs in) throws IOException {
        return Elementwise.combine(in.tape(), 1, in.leaf("x"), -1, in.leaf("y"));
    }

    private static INDArray zerosLike(Var v) {
        return FloatMemory.array(new float[Math.toIntExact(v.value().length())], v.shape());
    }

    /** Not an operation of the tape: attention has its own. */
    private static Var softmax(Tape t, Var x) {
        INDArray out = t.allocate(x.shape());
        t.kernels().softmax(x.value(), out);
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    t.kernels().softmaxBackward(out, grad, g);
                    t.accumulate(x, g);
                },
                x);
    }

    /** Rows of targets, smoothed over all classes. */
    private static float[] targets(OpInputs in, double smoothing) throws IOException {
        int[] labels = in.integers("labels");
        int classes = (int) in.shape("logits", 2)[1];
        float[] targets = new float[Math.multiplyExact(labels.length, classes)];
        Arrays.fill(targets, (float) (smoothing / classes));
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new FixtureException("label " + labels[i] + " of " + classes + " classes");
            }
            targets[i * classes + labels[i]] += (float) (1 - smoothing);
        }
        return targets;
    }

    private static Var infoNce(OpInputs in) throws IOException {
        Tape t = in.tape();
        Var a = Normalizations.unitRows(t, in.leaf("image"));
        Var b = Normalizations.unitRows(t, in.leaf("text"));
        Var logitScale = in.leaf("logit_scale");
        int n = (int) a.size(0);
        float[] diagonal = new float[n * n];
        for (int i = 0; i < n; i++) {
            diagonal[i * n + i] = 1;
        }
        return Losses.weightedSum(
                t,
                new float[] {0.5f, 0.5f},
                Losses.crossEntropy(t, timesExp(t, Products.innerProducts(t, a, b, 1), logitScale), diagonal),
                Losses.crossEntropy(t, timesExp(t, Products.innerProducts(t, b, a, 1), logitScale), diagonal));
    }

    /** x · exp(logarithm) for a scalar logarithm. */
    private static Var timesExp(Tape t, Var x, Var logarithm) {
        float scale = (float) Math.exp(logarithm.item());
        INDArray out = t.allocate(x.shape());
        t.kernels().axpby(scale, x.value(), 0, x.value(), out);
        // The value may be freed before its gradient comes: what the gradient needs is kept.
        float[] scaled = HostArrays.read(out);
        return t.record(
                out,
                grad -> {
                    float[] g = HostArrays.read(grad);
                    double sum = 0;
                    for (int i = 0; i < g.length; i++) {
                        sum += (double) g[i] * scaled[i];
                    }
                    INDArray gradX = t.allocate(x.shape());
                    t.kernels().axpby(scale, grad, 0, grad, gradX);
                    t.accumulate(x, gradX);
                    INDArray gradLogarithm = t.allocate(logarithm.shape());
                    HostArrays.write(gradLogarithm, new float[] {(float) sum});
                    t.accumulate(logarithm, gradLogarithm);
                },
                x,
                logarithm);
    }
}
