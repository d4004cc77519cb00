package org.ragdiff.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.tensor.KernelProviders;

/** Every case of the fixtures passes, with every provider that is available, and none is skipped. */
class ParityFixturesTest {
    static Stream<Arguments> families() {
        return KernelProviders.installed().stream()
                .filter(p -> p.unavailableReason().isEmpty())
                .flatMap(p -> Stream.of(
                                Arguments.of("controlnet", 4),
                                Arguments.of("guidance", 3),
                                Arguments.of("ip-adapter", 5),
                                Arguments.of("knn", 3),
                                Arguments.of("lle", 61),
                                Arguments.of("metrics", 70),
                                Arguments.of("ops-grad", 50),
                                Arguments.of("optim", 16),
                                Arguments.of("pipeline", 2),
                                Arguments.of("reference-attention", 4),
                                Arguments.of("resize", 143),
                                Arguments.of("safetensors-malformed", 42),
                                Arguments.of("schedulers", 120),
                                Arguments.of("torch-random", 204),
                                Arguments.of("unet-sd", 7),
                                Arguments.of("unet-sdxl", 2),
                                Arguments.of("vae", 5),
                                Arguments.of("vision-encoders", 11))
                        .map(a -> Arguments.of(p.name(), a.get()[0], a.get()[1])));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("families")
    void everyCasePasses(String provider, String family, int least) {
        String before = System.getProperty(KernelProviders.PROVIDER);
        System.setProperty(KernelProviders.PROVIDER, provider);
        try {
            CommandRun run =
                    CommandRun.of("parity", SharedFiles.require("fixtures").resolve(family));
            assertThat(run.out().lines().filter(l -> !l.startsWith("PASS"))).hasSize(1);
            assertThat(run.done().out().lines().filter(l -> l.startsWith("PASS " + family + "/")))
                    .hasSizeGreaterThanOrEqualTo(least);
        } finally {
            if (before == null) {
                System.clearProperty(KernelProviders.PROVIDER);
            } else {
                System.setProperty(KernelProviders.PROVIDER, before);
            }
        }
    }
}
