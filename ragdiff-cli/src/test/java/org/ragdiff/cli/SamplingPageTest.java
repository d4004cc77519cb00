package org.ragdiff.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.diffusion.sampler.NoisePredictor;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.SamplerProvider;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** The sampler that docs/sampling.md shows compiles, is found by its name and does what it says. */
class SamplingPageTest {
    private static final Path PAGE =
            Path.of("").toAbsolutePath().getParent().resolve("docs").resolve("sampling.md");

    @Test
    void theShownSamplerIsDdim(@TempDir Path folder) throws Exception {
        Matcher block = Pattern.compile("```java\\R([^`]*public final class (\\w+)[^`]*)```")
                .matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        assertThat(block.group(1).lines().count()).isLessThan(30);
        Path source = folder.resolve(block.group(2) + ".java");
        Files.writeString(source, block.group(1));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(failed).isZero();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            SamplerProvider provider = (SamplerProvider)
                    loader.loadClass(block.group(2)).getDeclaredConstructor().newInstance();
            assertThatThrownBy(() -> Samplers.require(provider.name())).hasMessageContaining("unknown sampler");
            Samplers.register(provider);
            Samplers.require(provider.name());
            float[] own = sampled(provider.name());
            float[] ddim = sampled("ddim");
            for (int i = 0; i < own.length; i++) {
                assertThat(own[i]).isCloseTo(ddim[i], within(1e-4f * Math.max(1, Math.abs(ddim[i]))));
            }
            assertThat(own).isNotEqualTo(NoiseSource.of(3).next(own.length));
        }
    }

    private static float[] sampled(String name) {
        NoisePredictor model = (x, t, out) -> {
            for (int i = 0; i < x.length; i++) {
                out[i] = (float) Math.sin(x[i] + t / 500);
            }
        };
        return Samplers.named(name, ScheduleConfig.defaults())
                .sample(model, NoiseSource.of(3).next(64), 1, 10, null, StepListener.NONE);
    }

    @Test
    void namesThatAreTakenAreRefused() {
        assertThatThrownBy(() -> Samplers.register(named("ddim"))).hasMessageContaining("sampler named ddim already");
        assertThatThrownBy(() -> Samplers.register(named("My Sampler"))).hasMessageContaining("lower-case");
    }

    private static SamplerProvider named(String name) {
        return new SamplerProvider() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public org.ragdiff.diffusion.sampler.SamplerRun run(
                    org.ragdiff.diffusion.sampler.TrainedProcess process,
                    org.ragdiff.diffusion.sampler.RunRequest request) {
                throw new AssertionError("not to be run");
            }
        };
    }
}
