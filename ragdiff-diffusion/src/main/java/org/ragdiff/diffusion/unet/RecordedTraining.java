package org.ragdiff.diffusion.unet;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * The forward pass of one training step of a {@link DenoisingUnet}, reference network and guiders among it.
 * The loss is the mean squared error of the output {@code prediction} [N, h, w, C] towards {@code target}.
 * Dropped conditions are masks, which are inputs. The graph's constants are the network's weights and tables
 * of positions.
 *
 * @param inputs values by name, row-major
 * @param target row-major
 */
public record RecordedTraining(Graph graph, Map<String, float[]> inputs, float[] target) {
    /** The output's name. */
    public static final String PREDICTION = "prediction";

    static RecordedTraining of(DenoisingUnet unet, DiffusionObjective.Drawn drawn) {
        if (drawn.dropout().references() == 0 || !any(drawn.dropout().landmark())) {
            throw new IllegalArgumentException("no row of the batch has a reference, or none has a landmark");
        }
        Map<String, float[]> inputs = new LinkedHashMap<>();
        try (GraphBuilder b = new GraphBuilder()) {
            new Recording(unet, drawn, b, inputs).record();
            return new RecordedTraining(b.build(), inputs, drawn.target());
        }
    }

    private static boolean any(boolean[] rows) {
        for (boolean row : rows) {
            if (row) {
                return true;
            }
        }
        return false;
    }

    /** Of one step. */
    private record Recording(
            DenoisingUnet unet, DiffusionObjective.Drawn drawn, GraphBuilder builder, Map<String, float[]> inputs) {

        void record() {
            DiffusionBatch batch = drawn.batch();
            Tape t = builder.tape();
            int n = batch.size();
            int r = drawn.dropout().references();
            int h = batch.height();
            int w = batch.width();
            int c = unet.config().latentChannels();
            int first = unet.config().levels().get(0).channels();
            Var noisy = input("noisy", drawn.noisy(), n, h, w, c);
            Var code = input("timeCode", unet.timeCode(drawn.times()), n, unet.timeCodeChannels());
            float[] fields = drawn.dropout().arrange(batch.landmark(), n);
            float[] features = LandmarkGuider.features(fields, n, batch.landmarkSide(), h, w);
            Var landmark = input("landmark", features, n, h, w, features.length / (n * h * w));
            Var kept = input("landmarkKept", mask(drawn.dropout().landmark(), true, h * w * first), n, h, w, first);
            float[] photos = drawn.dropout().arrange(batch.reference(), r);
            ReferenceNet.Features references = unet.referenceNet()
                    .apply(t, input("reference", photos, r, h, w, unet.config().referenceLatentChannels()));
            Var pattern = padded(t, unet.patternGuider().project(t, references.map()), n);
            Var guidance = Elementwise.multiply(t, unet.landmarkGuider().apply(t, landmark), kept);
            UnetCondition condition = unet.condition(
                    t,
                    unet.structureTokens().project(t, structure(t, n)),
                    Elementwise.add(t, guidance, pattern),
                    references,
                    ReferenceRows.leading(n, r));
            builder.output(PREDICTION, unet.predict(t, noisy, code, condition));
        }

        /** ê where it is given, and the learned row times a mask. */
        private Var structure(Tape t, int n) {
            boolean[] given = drawn.dropout().structure();
            int d = unet.config().structureDimension();
            float[] values = drawn.dropout().arrange(drawn.batch().structure(), n);
            float[] ones = mask(given, true, d);
            for (int i = 0; i < values.length; i++) {
                values[i] *= ones[i];
            }
            Var dropped = input("structureDropped", mask(given, false, 1), n, 1);
            Var absent = Shapes.reshape(t, unet.structureTokens().absent(t), d, 1);
            INDArray product = t.allocate(n, d);
            t.kernels().linear(dropped.value(), absent.value(), null, product);
            return Elementwise.add(t, t.constant(product), input("structure", values, n, d));
        }

        /** Zeros behind the rows of {@code x} [R, h, w, C]. */
        private Var padded(Tape t, Var x, int n) {
            long r = x.size(0);
            if (r == n) {
                return x;
            }
            long row = x.value().length() / r;
            Var zeros = input("noReference", new float[Math.toIntExact((n - r) * row)], 1, (n - r) * row);
            Var all = Shapes.concatChannels(t, Shapes.reshape(t, x, 1, r * row), zeros);
            return Shapes.reshape(t, all, n, x.size(1), x.size(2), x.size(3));
        }

        private Var input(String name, float[] values, long... shape) {
            inputs.put(name, values);
            return builder.input(name, shape);
        }

        private static float[] mask(boolean[] given, boolean one, int each) {
            float[] out = new float[given.length * each];
            for (int i = 0; i < out.length; i++) {
                out[i] = given[i / each] == one ? 1 : 0;
            }
            return out;
        }
    }
}
