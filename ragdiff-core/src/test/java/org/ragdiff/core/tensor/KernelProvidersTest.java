package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.tensor.KernelProviders.Options;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.tensor.nd4j.Nd4jProvider;

class KernelProvidersTest {
    private record Unavailable(String name, int priority) implements KernelProvider {
        @Override
        public Optional<String> unavailableReason() {
            return Optional.of("it is built for x86-64, this is aarch64");
        }

        @Override
        public Kernels open(Precision precision) {
            throw new IllegalStateException("not available");
        }
    }

    /** Runs with the log in hand; the simple logger writes to the standard error stream. */
    private static List<String> logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(l -> l.contains("tensor operations"))
                .toList();
    }

    private static List<KernelProvider> withoutOneDnn() {
        List<KernelProvider> all = new ArrayList<>();
        all.add(new Unavailable("onednn", 100));
        all.add(new Nd4jProvider());
        return all;
    }

    private static Precision precisionOf(Supplier<Kernels> open, String name) {
        try (Kernels k = open.get()) {
            assertThat(k.name()).isEqualTo(name);
            return k.precision();
        }
    }

    @Test
    void bothProvidersAreRegisteredAndTheFasterComesFirst() {
        assertThat(KernelProviders.installed()).extracting(KernelProvider::name).containsSubsequence("onednn", "nd4j");
    }

    @Test
    void nd4jTakesOverWithOneLineInTheLog() {
        List<String> log =
                logOf(() -> precisionOf(() -> KernelProviders.create(Options.defaults(), withoutOneDnn()), "nd4j"));
        assertThat(log).singleElement().asString().contains("nd4j in F32", "onednn", "this is aarch64");
    }

    @Test
    void nothingIsLoggedWhenTheBestIsAvailable() {
        List<KernelProvider> only = List.of(new Nd4jProvider());
        assertThat(logOf(() -> precisionOf(() -> KernelProviders.create(Options.defaults(), only), "nd4j")))
                .isEmpty();
    }

    @Test
    void anUnsupportedPrecisionFallsBackUnlessTheProviderWasNamed() {
        Options bf16 = Options.defaults().withPrecision(Precision.BF16);
        List<String> log =
                logOf(() -> assertThat(precisionOf(() -> KernelProviders.create(bf16, withoutOneDnn()), "nd4j"))
                        .isEqualTo(Precision.F32));
        assertThat(log).singleElement().asString().contains("does not compute in BF16");
        assertThatThrownBy(() -> KernelProviders.create(bf16.withProvider("nd4j"), withoutOneDnn()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nd4j does not compute in BF16");
    }

    @Test
    void aNamedProviderIsUsedOrRefused() {
        precisionOf(() -> KernelProviders.create(Options.defaults().withProvider("nd4j")), "nd4j");
        assertThatThrownBy(() -> KernelProviders.create(Options.defaults().withProvider("onednn"), withoutOneDnn()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("onednn is not available: it is built for x86-64");
        assertThatThrownBy(() -> KernelProviders.create(Options.defaults().withProvider("tpu"), withoutOneDnn()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"tpu\", known are onednn, nd4j");
    }

    @Test
    void withoutAnyProviderTheReasonsAreListed() {
        assertThatThrownBy(() -> KernelProviders.create(Options.defaults(), List.of(new Unavailable("onednn", 1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this is aarch64");
    }
}
