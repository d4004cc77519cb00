package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.OneThread;

/** Parts of a network that stay as they are, or learn at a pace of their own. */
class ParameterGroupsTest {
    private static final int STEPS = 6;

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

    private static Map<String, float[]> values(TinyObjective o) {
        Map<String, float[]> out = new LinkedHashMap<>();
        o.module().parameters().forEach((n, p) -> out.put(n, HostArrays.read(p.value())));
        return out;
    }

    private static TrainerOptions options(ParameterGroup... groups) {
        return TrainingProcess.options(STEPS).withGroups(List.of(groups));
    }

    private void train(TrainerOptions options) throws IOException {
        new Trainer(objective, options, kernels, directory).run(false, TrainingListener.NONE);
    }

    private Set<String> changed(Map<String, float[]> before) {
        Set<String> changed = new TreeSet<>();
        values(objective).forEach((name, v) -> {
            if (!java.util.Arrays.equals(v, before.get(name))) {
                changed.add(name);
            }
        });
        return changed;
    }

    @Test
    void frozenParametersStayToTheBitAndHaveNoState() throws IOException {
        Map<String, float[]> before = values(objective);
        train(options(ParameterGroup.frozen("in.*"), ParameterGroup.frozen("block.*")));
        Set<String> expected = new TreeSet<>(before.keySet());
        expected.removeIf(n -> n.startsWith("in.") || n.startsWith("block."));
        assertThat(changed(before)).isEqualTo(expected);
        try (SafetensorsFile f = SafetensorsFile.open(directory.resolve("checkpoint.safetensors"))) {
            assertThat(f.names())
                    .contains("weight.in.weight", "m.out.weight", "v.out.weight", "ema.out.weight")
                    .noneMatch(n -> n.matches("(m|v|ema)\\.(in|block)\\..*"));
            try (INDArray stored = f.readFloat("weight.in.weight")) {
                assertThat(HostArrays.read(stored)).isEqualTo(before.get("in.weight"));
            }
        }
    }

    @Test
    void noGradientIsKeptForFrozenParameters() {
        TrainerOptions options = options(ParameterGroup.frozen("*.weight"));
        try (Replicas networks = new Replicas(List.of(objective), kernels, options)) {
            networks.step(0);
            objective.module().parameters().forEach((name, p) -> {
                if (name.endsWith(".weight")) {
                    assertThat(p.grad()).as(name).isNull();
                } else {
                    assertThat(p.grad()).as(name).isNotNull();
                }
            });
        }
    }

    /** Of what stays trained the gradients are those of a network with nothing frozen, biases beside frozen weights among them. */
    @Test
    void gradientsOfTheOthersAreUnchanged() {
        Map<String, float[]> all = new LinkedHashMap<>();
        try (Replicas networks = new Replicas(List.of(objective), kernels, options())) {
            networks.step(0);
            objective.module().parameters().forEach((n, p) -> all.put(n, HostArrays.read(p.grad())));
        }
        for (String frozen : List.of("*.weight", "*.bias", "block.*")) {
            try (Replicas networks =
                    new Replicas(List.of(objective), kernels, options(ParameterGroup.frozen(frozen)))) {
                networks.step(0);
                for (Map.Entry<String, Parameter> e :
                        objective.module().parameters().entrySet()) {
                    if (e.getValue().grad() != null) {
                        assertThat(HostArrays.read(e.getValue().grad()))
                                .as("%s with %s frozen", e.getKey(), frozen)
                                .containsExactly(all.get(e.getKey()), within(1e-7f));
                    }
                }
            }
        }
    }

    /** Adam's first update is the rate times the gradient's sign, wherever decay and averages leave it alone. */
    @Test
    void aGroupsRateIsItsOwn() throws IOException {
        Map<String, float[]> before = values(objective);
        TrainerOptions options = new TrainerOptions(
                1,
                1e-3,
                0,
                TrainerOptions.Schedule.CONSTANT,
                0.9,
                0.99,
                0,
                0,
                0,
                1,
                1,
                0,
                false,
                1,
                2,
                List.of(
                        ParameterGroup.rate("out.weight", 5e-3),
                        ParameterGroup.rate("out.*", 2e-4),
                        ParameterGroup.frozen("in.*")),
                List.of());
        train(options);
        Map<String, float[]> after = values(objective);
        Map<String, Double> rates =
                Map.of("out.weight", 5e-3, "out.bias", 2e-4, "in.weight", 0.0, "ff.net.2.bias", 1e-3);
        rates.forEach((name, rate) -> {
            float[] a = before.get(name);
            float[] b = after.get(name);
            for (int i = 0; i < a.length; i++) {
                assertThat((double) Math.abs(b[i] - a[i])).as(name).isCloseTo(rate, within(0.01 * rate + 1e-9));
            }
        });
    }

    @Test
    void groupsAreResumedOnlyByTheSameGroups() throws IOException {
        train(options(ParameterGroup.frozen("in.*")));
        assertThatThrownBy(() -> new Trainer(objective, options(ParameterGroup.frozen("block.*")), kernels, directory)
                        .run(true, TrainingListener.NONE))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining("other options");
    }

    @Test
    void aPatternThatFitsNothingIsRefusedWithCloseNames() {
        assertThatThrownBy(() -> train(options(ParameterGroup.frozen("blok.conv1.*"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"blok.conv1.*\" of a group or stage of the trainer matches none of ")
                .hasMessageContaining("close ones are [block.conv1.bias, block.conv1.weight, ");
        assertThat(directory.resolve("log.jsonl")).doesNotExist();
        assertThatThrownBy(() -> train(options(ParameterGroup.frozen("*")))).hasMessageContaining("all parameters are");
        assertThatThrownBy(() -> new ParameterGroup("a", 1.0, true)).hasMessageContaining("either a learningRate or");
        assertThatThrownBy(() -> new ParameterGroup("a", null, false)).hasMessageContaining("either a learningRate or");
        assertThatThrownBy(() -> ParameterGroup.rate("a", -1)).hasMessageContaining("expected a positive number");
    }
}
