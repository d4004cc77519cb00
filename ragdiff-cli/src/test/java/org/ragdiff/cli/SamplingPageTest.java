package org.ragdiff.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
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
import org.ragdiff.diffusion.sampler.RunRequest;
import org.ragdiff.diffusion.sampler.SamplerProvider;
import org.ragdiff.diffusion.sampler.SamplerRun;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.TrainedProcess;
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
        Matcher name =
                Pattern.compile("String name\\(\\) \\{ return \"([^\"]+)\"").matcher(block.group(1));
        assertThat(name.find()).isTrue();
        assertThatThrownBy(() -> Samplers.require(name.group(1))).hasMessageContaining("unknown sampler");
        withProviders(folder, block.group(2), () -> {
            Samplers.require(name.group(1));
            float[] own = sampled(name.group(1));
            float[] ddim = sampled("ddim");
            for (int i = 0; i < own.length; i++) {
                assertThat(own[i]).isCloseTo(ddim[i], within(1e-4f * Math.max(1, Math.abs(ddim[i]))));
            }
            assertThat(own).isNotEqualTo(NoiseSource.of(3).next(own.length));
            assertThatThrownBy(() -> Samplers.require("none")).hasMessageContaining("provided, " + name.group(1));
        });
    }

    /** Runs with a service file in the folder, which names the classes, on the class path. */
    private void withProviders(Path folder, String classes, Runnable work) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(SamplerProvider.class.getName()), classes);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            work.run();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
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
    void namesThatAreTakenAreRefused(@TempDir Path folder) throws IOException {
        withProviders(folder, Taken.class.getName(), () -> assertThatThrownBy(() -> Samplers.require("ddim"))
                .hasMessageContaining("sampler named ddim already"));
        withProviders(folder, Malformed.class.getName(), () -> assertThatThrownBy(() -> Samplers.require("ddim"))
                .hasMessageContaining("lower-case"));
        String twice = First.class.getName() + "\n" + Second.class.getName();
        withProviders(folder, twice, () -> assertThatThrownBy(() -> Samplers.require("mine"))
                .hasMessageContaining("are named mine"));
    }

    /** Has a name and nothing else. */
    abstract static class Named implements SamplerProvider {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public SamplerRun run(TrainedProcess process, RunRequest request) {
            throw new AssertionError("not to be run");
        }
    }

    public static final class Taken extends Named {
        public Taken() {
            super("ddim");
        }
    }

    public static final class Malformed extends Named {
        public Malformed() {
            super("My Sampler");
        }
    }

    public static final class First extends Named {
        public First() {
            super("mine");
        }
    }

    public static final class Second extends Named {
        public Second() {
            super("mine");
        }
    }
}
