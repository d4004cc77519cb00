package org.ragdiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;

/** The example of docs/checkpoints.md compiles and makes the pipeline's own picture, as it is not trained. */
class CheckpointsPageTest {
    private static final Path PAGE =
            Path.of("").toAbsolutePath().getParent().resolve("docs").resolve("checkpoints.md");

    @Test
    void theShownBackboneIsThePipelineItIsMadeOf(@TempDir Path folder) throws Exception {
        Matcher block = Pattern.compile("```java\\R([^`]*public final class (\\w+)[^`]*)```")
                .matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        Path source = folder.resolve(block.group(2) + ".java");
        Files.writeString(source, block.group(1));
        String[] words = {
            "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", folder.toString(), source.toString()
        };
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, words))
                .isZero();
        Path sd = folder.resolve("sd");
        CommandRun.of("checkpoint", "random", "--config", "tiny", "--out", sd).done();
        try (URLClassLoader loader = new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
                Kernels kernels = KernelProviders.defaultKernels();
                LatentDiffusion plain = LatentDiffusion.load(sd, kernels)) {
            DenoiserCondition condition = new DenoiserCondition(
                    1,
                    Nd4j.ones(DataType.FLOAT, 1, 5),
                    Nd4j.ones(DataType.FLOAT, 1, 9, 9, 1),
                    Nd4j.ones(DataType.FLOAT, 1, 8, 8, 4));
            float[] got = (float[]) loader.loadClass(block.group(2))
                    .getMethod(
                            "picture",
                            Path.class,
                            Path.class,
                            DenoiserCondition.class,
                            int.class,
                            int.class,
                            Kernels.class)
                    .invoke(null, sd, folder.resolve("rag"), condition, 8, 8, kernels);
            TextCondition none = TextCondition.zeros(plain.unet().config(), 16);
            float[] latents =
                    plain.sample(none, null, 1, 8, 8, Steps.of(2), NoiseSource.perImage(4, 17), StepListener.NONE);
            float[] expected = plain.decode(latents, 8, 8);
            assertThat(got).hasSameSizeAs(expected);
            for (int i = 0; i < got.length; i++) {
                assertThat(got[i]).isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-3f));
            }
        }
    }
}
