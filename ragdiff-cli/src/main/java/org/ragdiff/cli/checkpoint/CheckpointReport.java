package org.ragdiff.cli.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ragdiff.core.io.TensorInfo;
import org.ragdiff.core.io.TensorSource;
import org.ragdiff.core.nn.Module;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/**
 * What a pipeline's folder holds, from configurations and headers alone: no weight is read.
 *
 * @param pipeline class in diffusers
 * @param components by name
 */
record CheckpointReport(String pipeline, List<Component> components) {
    /**
     * @param status {@code fits}, {@code not used}, or what is wrong
     * @param parameters scalar weights of the network, null where it has none or is not used
     * @param tensors in the file
     * @param types tensors of each type
     * @param fileBytes of all tensors
     * @param memoryBytes of the weights in float32
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Component(
            String name,
            String className,
            String status,
            Long parameters,
            Integer tensors,
            Map<String, Integer> types,
            Long fileBytes,
            Long memoryBytes) {
        static Component plain(String name, String className, String status) {
            return new Component(name, className, status, null, null, null, null, null);
        }
    }

    boolean usable() {
        return components.stream()
                .allMatch(c -> c.status().equals("fits") || c.status().equals("not used"));
    }

    static CheckpointReport of(Path folder) throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(folder);
        List<Component> components = new ArrayList<>();
        for (Map.Entry<String, String> e : pipeline.components().entrySet()) {
            components.add(component(pipeline, e.getKey(), e.getValue()));
        }
        return new CheckpointReport(pipeline.className(), components);
    }

    private static Component component(PipelineFolder pipeline, String name, String className) {
        try {
            return switch (className) {
                case "UNet2DConditionModel" -> {
                    Path f = pipeline.component(name);
                    Module net = UNet2DConditionModel.unset(UNet2DConfigJson.read(CheckpointFolder.config(f)));
                    yield network(name, className, f, net, n -> n);
                }
                case "AutoencoderKL" -> {
                    Path f = pipeline.component(name);
                    Module net = AutoencoderKL.unset(AutoencoderKLConfig.read(CheckpointFolder.config(f)));
                    yield network(name, className, f, net, AutoencoderKL::currentName);
                }
                default -> {
                    if (name.equals("scheduler")) {
                        SchedulerConfig.read(pipeline.component(name).resolve("scheduler_config.json"));
                        yield Component.plain(name, className, "fits");
                    }
                    yield Component.plain(name, className, "not used");
                }
            };
        } catch (IOException | IllegalArgumentException e) {
            return Component.plain(name, className, String.valueOf(e.getMessage()));
        }
    }

    private static Component network(
            String name, String className, Path folder, Module net, java.util.function.UnaryOperator<String> rename)
            throws IOException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        Map<String, Integer> types = new TreeMap<>();
        long bytes = 0;
        Path file = CheckpointFolder.weights(folder, CheckpointFolder.DIFFUSERS);
        try (TensorSource source = TensorSource.open(file)) {
            for (String tensor : source.names()) {
                TensorInfo info = source.info(tensor);
                shapes.put(rename.apply(tensor), info.shape());
                types.merge(info.dtype().name(), 1, Integer::sum);
                bytes += info.end() - info.begin();
            }
        }
        String status = "fits";
        try {
            net.requireFit(shapes);
        } catch (IllegalArgumentException e) {
            status = new CheckpointException(file + ": " + e.getMessage(), e).getMessage();
        }
        long n = net.size();
        return new Component(name, className, status, n, shapes.size(), types, bytes, n * Float.BYTES);
    }
}
