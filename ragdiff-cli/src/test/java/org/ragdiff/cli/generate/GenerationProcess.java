package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.RagdiffCommand;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.pipeline.PipelineParts;
import org.ragdiff.diffusion.sampler.StepListener;

/** A JVM of its own that generates with the demo model: a picture by the command, floats by the pipeline. */
final class GenerationProcess {
    private static final long SEED = 7;
    private static final int STEPS = 6;

    private GenerationProcess() {}

    /**
     * @param png the picture that {@code ragdiff generate} wrote, file bytes
     * @param floats the decoded image before it is rounded to 8 bits, in about [-1, 1]
     */
    record Output(byte[] png, float[] floats) {}

    /** Runs to the end. */
    static Output run(Path model, Path photo, Path folder, int threads, String... flags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-Dragdiff.threads=" + threads));
        command.addAll(List.of(flags));
        command.addAll(
                List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-Dorg.bytedeco.javacpp.logger=slf4j"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GenerationProcess.class.getName()));
        command.addAll(List.of(model.toString(), photo.toString(), folder.toString()));
        Files.createDirectories(folder);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        Process p = builder.start();
        try {
            if (!p.waitFor(5, TimeUnit.MINUTES) || p.exitValue() != 0) {
                throw new AssertionError("the process ended with " + (p.isAlive() ? "nothing" : p.exitValue()));
            }
        } finally {
            p.destroyForcibly();
        }
        ByteBuffer floats = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("floats.bin")));
        float[] values = new float[floats.remaining() / Float.BYTES];
        floats.asFloatBuffer().get(values);
        return new Output(Files.readAllBytes(folder.resolve("flat.png")), values);
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[2]);
        int code = RagdiffCommand.execute(
                "generate",
                "--model",
                args[0],
                "--image",
                args[1],
                "--out",
                folder.resolve("flat.png").toString(),
                "--seed",
                Long.toString(SEED),
                "--steps",
                Integer.toString(STEPS));
        if (code != 0) {
            System.exit(code);
        }
        try (ModelFolder model = ModelFolder.open(new ModelFiles(Path.of(args[0])))) {
            PipelineParts parts = model.parts();
            DecodedFloats recorded = new DecodedFloats(parts.codec());
            PipelineParts recording = parts.withBackbone(recorded, parts.denoiser(), parts.schedule(), parts.side());
            GenerationOptions options =
                    GenerationOptions.defaults().withSeed(SEED).withSteps(STEPS);
            new FlatLayPipeline(recording)
                    .generate(
                            List.of(GenerationRequest.of(ImageFiles.read(Path.of(args[1])))),
                            options,
                            StepListener.NONE);
            ByteBuffer out = ByteBuffer.allocate(recorded.floats.length * Float.BYTES);
            out.asFloatBuffer().put(recorded.floats);
            Files.write(folder.resolve("floats.bin"), out.array());
        }
    }

    /** Keeps what was decoded last. */
    private static final class DecodedFloats implements LatentCodec {
        private final LatentCodec codec;
        private float[] floats;

        DecodedFloats(LatentCodec codec) {
            this.codec = codec;
        }

        @Override
        public int channels() {
            return codec.channels();
        }

        @Override
        public int factor() {
            return codec.factor();
        }

        @Override
        public String fingerprint() {
            return codec.fingerprint();
        }

        @Override
        public INDArray encode(INDArray images) {
            return codec.encode(images);
        }

        @Override
        public INDArray decode(INDArray latents) {
            INDArray images = codec.decode(latents);
            floats = HostArrays.read(images);
            return images;
        }

        @Override
        public void close() {
            codec.close();
        }
    }
}
