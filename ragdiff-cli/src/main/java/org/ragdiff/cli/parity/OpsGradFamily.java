package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/** Forward values and gradients of single operations, against PyTorch in float64. */
final class OpsGradFamily implements ParityFamily {
    /** Where sums cancel to nothing, rounding is that of the terms. */
    private static final double FLOOR = 1e-3;

    @Override
    public String name() {
        return "ops-grad";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        List<FixtureObject> cases = folder.index().objects("cases");
        try (FixtureTensors tensors = folder.onlyTensors()) {
            for (FixtureObject c : cases) {
                String name = c.text("name");
                run.check(name, tolerance(c), d -> compare(name, c.object("params"), tensors, run, d));
            }
        }
    }

    /** The fixture's rule: 1e-5, 2e-5 for long sums, 1e-4 where a large mean is taken away. */
    private static Tolerance tolerance(FixtureObject c) {
        String name = c.text("name");
        return Tolerance.relative(
                c.numberOr("tolerance", name.contains("large_mean") ? 1e-4 : name.endsWith("_long") ? 2e-5 : 1e-5));
    }

    private static void compare(
            String name, FixtureObject params, FixtureTensors tensors, ParityRun run, Deviation deviation)
            throws IOException {
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.training(run.kernels(), pool)) {
            OpInputs in = new OpInputs(tape, tensors, name);
            long[] shape = tensors.shape(name + ".out");
            OpLayout layout = OpTable.layout(params.text("op"));
            Var out = tape.keep(OpTable.apply(in, params, shape));
            deviation.add("out", layout.theirs(out.value(), shape), reference(tensors, name + ".out"), FLOOR);
            try (INDArray theirs = tensors.array(name + ".in.grad_output")) {
                tape.backward(out, layout.ours(theirs).reshape('c', out.shape()));
            }
            String prefix = name + ".grad.";
            for (String gradient : tensors.names()) {
                if (gradient.startsWith(prefix) && !gradient.endsWith("_f64")) {
                    String input = gradient.substring(prefix.length());
                    double[] got = in.gradient(input, tensors.shape(gradient));
                    deviation.add("grad." + input, got, reference(tensors, gradient), FLOOR);
                }
            }
        }
    }

    /** The float64 values where there are any. */
    private static double[] reference(FixtureTensors tensors, String tensor) throws IOException {
        return tensors.values(tensors.has(tensor + "_f64") ? tensor + "_f64" : tensor);
    }
}
