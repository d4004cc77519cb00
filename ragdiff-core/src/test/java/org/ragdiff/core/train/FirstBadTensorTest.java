package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.OneThread;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** A weight or an input is poisoned in the middle of a run. */
class FirstBadTensorTest {
    private static final int STEPS = 12;
    private static final int POISONED_AFTER = 11;
    private static final int LAST_CHECKPOINT = 10;

    /** Shared, since it makes its primitives anew. */
    private static Kernels kernels;

    private final TinyObjective objective = new TinyObjective();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        objective.module().close();
    }

    @BeforeAll
    static void open() {
        kernels = OneThread.kernels();
    }

    @AfterAll
    static void closeKernels() {
        kernels.close();
    }

    private interface Poison {
        void apply();
    }

    private String failure(Objective trained, Poison poison) {
        List<String> messages = new ArrayList<>();
        assertThatThrownBy(() -> new Trainer(trained, TrainingProcess.options(STEPS), kernels, directory)
                        .run(false, (step, metrics) -> {
                            if (step == POISONED_AFTER) {
                                poison.apply();
                            }
                        }))
                .isInstanceOf(TrainingFailedException.class)
                .satisfies(e -> messages.add(e.getMessage()));
        return messages.get(0);
    }

    private void put(String parameter, long element, float value) {
        HostArrays.write(objective.module().parameters().get(parameter).value(), element, new float[] {value}, 0, 1);
    }

    /** The checkpoint before the poison is whole, and a run goes on from it to its end. */
    private void assertLastGoodCheckpointServes() throws IOException {
        try (SafetensorsFile f = SafetensorsFile.open(directory.resolve("checkpoint.safetensors"))) {
            assertThat(f.metadata().get("ragdiff.step")).isEqualTo(Integer.toString(LAST_CHECKPOINT));
            for (String name : f.names()) {
                try (INDArray a = f.readFloat(name)) {
                    assertThat(HostArrays.firstNonFinite(a, 0, a.length()))
                            .as(name)
                            .isEqualTo(-1);
                }
            }
        }
        TinyObjective again = new TinyObjective();
        List<Long> steps = new ArrayList<>();
        new Trainer(again, TrainingProcess.options(STEPS), kernels, directory)
                .run(true, (step, metrics) -> steps.add(step));
        again.module().close();
        assertThat(steps.get(0)).isEqualTo(LAST_CHECKPOINT + 1);
        assertThat(steps.get(steps.size() - 1)).isEqualTo(STEPS);
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("checkpoint.safetensors", "weights.safetensors", "log.jsonl");
        }
    }

    @Test
    void aPoisonedWeightIsNamed() throws IOException {
        String message = failure(objective, () -> put("block.conv1.weight", 5, Float.NaN));
        assertThat(message)
                .startsWith("loss is NaN at step " + POISONED_AFTER)
                .contains("First bad tensor: parameter block.conv1.weight [8, 8, 3, 3] holds NaN in element 5");
        assertLastGoodCheckpointServes();
    }

    @Test
    void aWeightThatIsTooLargeIsFoundByWhatItMakes() {
        String message = failure(objective, () -> {
            for (int i = 0; i < 8 * 8; i++) {
                put("attention.to_v.weight", i, 3e38f);
            }
        });
        assertThat(message)
                .contains("First bad tensor: linear: wrote ", "from finite inputs", "with attention.to_v.weight")
                .endsWith(", in the forward pass. Lower the learning rate or check the data.");
    }

    /** The objective's loss, with a change. */
    private abstract static class Changed implements Objective {
        final TinyObjective inner;

        Changed(TinyObjective inner) {
            this.inner = inner;
        }

        @Override
        public Module module() {
            return inner.module();
        }

        @Override
        public Map<String, String> metadata() {
            return inner.metadata();
        }
    }

    @Test
    void aPoisonedInputIsNamedByTheModuleThatReadsIt() throws IOException {
        boolean[] poisoned = new boolean[1];
        Objective changed = new Changed(objective) {
            @Override
            public Var loss(Tape t, long step, Metrics metrics) {
                return inner.loss(t, step, pixels -> pixels[7] = poisoned[0] ? Float.NaN : pixels[7]);
            }
        };
        String message = failure(changed, () -> poisoned[0] = true);
        assertThat(message)
                .startsWith("loss is NaN at step " + POISONED_AFTER)
                .contains("First bad tensor: an input of the step: conv2d: x [4, 10, 10, 3] holds NaN in element 7")
                .contains("with in.weight, in.bias");
        assertLastGoodCheckpointServes();
    }

    /** A loss of the same value whose gradient is what the poison says. */
    private Objective withGradient(float[] gradient) {
        return new Changed(objective) {
            @Override
            public Var loss(Tape t, long step, Metrics metrics) {
                Var loss = inner.loss(t, step, metrics);
                INDArray same = t.allocate(loss.shape());
                HostArrays.writeScalar(same, loss.item());
                return t.record(
                        same,
                        grad -> {
                            INDArray g = t.allocate(loss.shape());
                            HostArrays.write(g, gradient);
                            t.accumulate(loss, g);
                        },
                        loss);
            }
        };
    }

    @Test
    void aBadGradientIsNamedByParameterAndOperation() throws IOException {
        float[] gradient = {1};
        String message = failure(withGradient(gradient), () -> gradient[0] = Float.NaN);
        assertThat(message)
                .startsWith("the gradient of in.weight [8, 3, 3, 3] holds NaN in element 0 at step " + POISONED_AFTER)
                .contains("First bad tensor: a gradient of the loss: ")
                .contains("with out.weight", ", in the backward pass");
        assertLastGoodCheckpointServes();
    }

    @Test
    void gradientsThatAreTooLargeAreToldFromBadOnes() {
        try (INDArray large = Nd4j.valueArrayOf(new long[] {4096}, 1e30, DataType.FLOAT)) {
            assumeTrue(Double.isInfinite(kernels.sumOfSquares(large)), "this provider squares as float32");
        }
        float[] gradient = {1};
        assertThat(failure(withGradient(gradient), () -> gradient[0] = 1e30f))
                .startsWith("the gradients are too large at step " + POISONED_AFTER + ": their norm is Infinity");
    }

    /** An update can make a weight infinite at the very step of a checkpoint. */
    @Test
    void whatIsNotFiniteIsNotStored() throws IOException {
        Objective changed = new Changed(objective) {
            @Override
            public Var loss(Tape t, long step, Metrics metrics) {
                return inner.loss(t, step, metrics);
            }

            @Override
            public void validate(long step, Metrics metrics) {
                if (step == STEPS) {
                    put("out.bias", 1, Float.POSITIVE_INFINITY);
                }
            }
        };
        TrainerOptions options = TrainingProcess.options(STEPS).withValidateEvery(STEPS);
        assertThatThrownBy(() -> new Trainer(changed, options, kernels, directory).run(false, TrainingListener.NONE))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining(
                        "after step 11 out.bias [2] holds Infinity in element 1; the last checkpoint stays");
        try (SafetensorsFile f = SafetensorsFile.open(directory.resolve("checkpoint.safetensors"))) {
            assertThat(f.metadata().get("ragdiff.step")).isEqualTo(Integer.toString(LAST_CHECKPOINT));
        }
    }
}
