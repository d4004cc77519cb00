package org.ragdiff.cli.parity;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.random.TorchGenerator;

/** Torch's random functions by the names that the fixtures give them. Stateless. */
final class TorchDraws {
    private static final Pattern SHAPED = Pattern.compile("(\\w+?)_\\d+(?:x\\d+)*");
    private static final Pattern RANGE = Pattern.compile("(-?\\d{1,18})_(-?\\d{1,18})");
    private static final Pattern PROBABILITY = Pattern.compile("p(\\d+(?:\\.\\d+)?(?:e-?\\d+)?)");
    /** The fixtures draw from the weights 1, 2, … 20. */
    private static final int WEIGHTS = 20;

    private TorchDraws() {}

    /** Integers and uniforms are exact; normals differ by the last bits of log and cosine. */
    static Tolerance tolerance(String function, String parameter) {
        return switch (function) {
            case "randn" -> Tolerance.absolute(2e-6);
            case "randn_f64" -> Tolerance.absolute(1e-12);
            // One step of float16, where float32's last bits decide how a value is rounded.
            case "normal_half" -> Tolerance.relative(0x1p-10);
            case "shape" -> tolerance(shaped(parameter), "");
            default -> Tolerance.absolute(0);
        };
    }

    /**
     * @param parameter what follows the seed in the tensor's name, such as {@code 0_1000} of randint
     * @param n number of values
     */
    static double[] draw(TorchGenerator g, String function, String parameter, int n) {
        double[] out = new double[n];
        switch (function) {
            case "rand" -> {
                return values(g.rand(n));
            }
            case "randn" -> {
                return values(g.randn(n));
            }
            case "randn_f64" -> {
                return g.randnDouble(n);
            }
            case "normal_half" -> {
                return Deviation.widen(g.randnHalf(n));
            }
            case "shape" -> {
                return draw(g, shaped(parameter), "", n);
            }
            case "randperm" -> copy(g.randperm(n), out);
            case "multinomial" -> copy(g.multinomial(oneTo(WEIGHTS), n), out);
            case "rand_f64" -> {
                for (int i = 0; i < n; i++) {
                    out[i] = g.uniformDouble();
                }
            }
            case "randint" -> {
                Matcher m = match(RANGE, function, parameter, "<low>_<high>");
                for (int i = 0; i < n; i++) {
                    out[i] = g.randint(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)));
                }
            }
            case "bernoulli" -> {
                float p = Float.parseFloat(match(PROBABILITY, function, parameter, "p<probability>")
                        .group(1));
                for (int i = 0; i < n; i++) {
                    out[i] = g.bernoulli(p) ? 1 : 0;
                }
            }
            default -> throw new UnsupportedCaseException("torch's " + function + " is not reproduced");
        }
        return out;
    }

    private static String shaped(String parameter) {
        return match(SHAPED, "shape", parameter, "<function>_<n>x<n>…").group(1);
    }

    private static Matcher match(Pattern pattern, String function, String parameter, String expected) {
        Matcher m = pattern.matcher(parameter);
        if (!m.matches()) {
            throw new FixtureException(
                    "the name of a draw by " + function + " ends in \"" + parameter + "\", expected " + expected);
        }
        return m;
    }

    private static double[] values(INDArray drawn) {
        try (drawn) {
            return Deviation.widen(FloatMemory.toArray(drawn));
        }
    }

    private static void copy(int[] from, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i];
        }
    }

    private static float[] oneTo(int n) {
        float[] weights = new float[n];
        for (int i = 0; i < n; i++) {
            weights[i] = i + 1;
        }
        return weights;
    }
}
