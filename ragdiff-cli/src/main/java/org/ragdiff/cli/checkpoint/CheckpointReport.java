package org.ragdiff.cli.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.io.TensorInfo;
import org.ragdiff.core.io.TensorSource;
import org.ragdiff.core.nn.Module;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.StrictConfig;
import org.ragdiff.diffusion.diffusers.adapter.IPAdapter;
import org.ragdiff.diffusion.diffusers.adapter.T2IAdapter;
import org.ragdiff.diffusion.diffusers.adapter.T2IAdapterConfig;
import org.ragdiff.diffusion.diffusers.ragdiffusion.RagDiffusionConditioning;
import org.ragdiff.diffusion.diffusers.unet.ControlNetConfig;
import org.ragdiff.diffusion.diffusers.unet.ControlNetModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/**
 * What a pipeline's folder, a network's or an adapter's file holds, from configurations and headers alone: no weight is read.
 *
 * @param pipeline class in diffusers
 * @param components by name
 */
record CheckpointReport(String pipeline, List<Component> components) {
    private static final Set<String> DIFFUSERS = Set.of(
            "UNet2DConditionModel", "AutoencoderKL", "ControlNetModel", "T2IAdapter", "RagDiffusionConditioning");
    private static final Set<String> USED = Set.of(
            "UNet2DConditionModel",
            "AutoencoderKL",
            "ControlNetModel",
            "T2IAdapter",
            "RagDiffusionConditioning",
            "CLIPVisionModel",
            "CLIPVisionModelWithProjection",
            "SiglipVisionModel",
            "Dinov2Model");

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

    /**
     * @param path a pipeline's folder, a single network's with a {@code config.json}, or an IP-Adapter's file
     * @param unet folder of the UNet that adapters are for, or null
     */
    static CheckpointReport of(Path path, Path unet) throws IOException {
        if (Files.isRegularFile(path) && !path.getFileName().toString().endsWith(".json")) {
            if (unet == null) {
                throw new BadInputException(path + ": say with --unet which UNet this adapter is for");
            }
            return new CheckpointReport("IP-Adapter", List.of(adapter(path, unet)));
        }
        if (Files.isRegularFile(path.resolve("config.json")) && !Files.exists(path.resolve("model_index.json"))) {
            String name = path.toAbsolutePath().normalize().getFileName().toString();
            return new CheckpointReport("one network", List.of(component(name, className(path), path, unet)));
        }
        PipelineFolder pipeline = PipelineFolder.open(path);
        List<Component> components = new ArrayList<>();
        for (Map.Entry<String, String> e : pipeline.components().entrySet()) {
            String name = e.getKey();
            try {
                boolean used = USED.contains(e.getValue()) || name.equals("scheduler");
                components.add(
                        used
                                ? component(name, e.getValue(), pipeline.component(name), path.resolve("unet"))
                                : Component.plain(name, e.getValue(), "not used"));
            } catch (CheckpointException problem) {
                components.add(Component.plain(name, e.getValue(), problem.getMessage()));
            }
        }
        return new CheckpointReport(pipeline.className(), components);
    }

    /** As the configuration names it: diffusers' class, or the first of transformers' architectures. */
    private static String className(Path folder) throws IOException {
        StrictConfig config = CheckpointFolder.config(folder);
        String name = config.text("_class_name", "");
        return name.isEmpty() ? "vision encoder " + config.text("model_type", "of an unknown type") : name;
    }

    private static Component component(String name, String className, Path f, Path unet) {
        try {
            if (name.equals("scheduler")) {
                SchedulerConfig.read(f.resolve("scheduler_config.json"));
                return Component.plain(name, className, "fits");
            }
            StrictConfig config = CheckpointFolder.config(f);
            Path file = CheckpointFolder.weights(
                    f, DIFFUSERS.contains(className) ? CheckpointFolder.DIFFUSERS : CheckpointFolder.TRANSFORMERS);
            Module net;
            Function<String, Optional<String>> rename = Optional::of;
            switch (className) {
                case "UNet2DConditionModel" -> net = UNet2DConditionModel.unset(UNet2DConfigJson.read(config));
                case "AutoencoderKL" -> {
                    net = AutoencoderKL.unset(AutoencoderKLConfig.read(config));
                    rename = n -> Optional.of(AutoencoderKL.currentName(n));
                }
                case "ControlNetModel" -> net = ControlNetModel.unset(ControlNetConfig.read(config));
                case "T2IAdapter" -> net = T2IAdapter.unset(T2IAdapterConfig.read(config));
                case "RagDiffusionConditioning" ->
                    net = RagDiffusionConditioning.unset(
                            RagDiffusionConditioning.config(f), UNet2DConfigJson.read(CheckpointFolder.config(unet)));
                default -> {
                    VisionEncoder encoder = VisionEncoder.unset(VisionConfig.read(config));
                    net = encoder;
                    rename = encoder::ownName;
                }
            }
            return network(name, className, file, net, rename);
        } catch (IOException | IllegalArgumentException e) {
            return Component.plain(name, className, String.valueOf(e.getMessage()));
        }
    }

    private static Component adapter(Path file, Path unet) {
        String name = file.getFileName().toString();
        try {
            UNet2DConditionModel net = UNet2DConditionModel.unset(UNet2DConfigJson.read(CheckpointFolder.config(unet)));
            return network(name, "IP-Adapter", file, IPAdapter.unset(file, net), Optional::of);
        } catch (IOException e) {
            return Component.plain(name, "IP-Adapter", String.valueOf(e.getMessage()));
        }
    }

    private static Component network(
            String name, String className, Path file, Module net, Function<String, Optional<String>> rename)
            throws IOException {
        Map<String, Integer> types = new TreeMap<>();
        long bytes = 0;
        int tensors = 0;
        String status = "fits";
        try (TensorSource source = TensorSource.open(file)) {
            for (String tensor : source.names()) {
                TensorInfo info = source.info(tensor);
                types.merge(info.dtype().name(), 1, Integer::sum);
                bytes += info.end() - info.begin();
                tensors++;
            }
            CheckpointFolder.requireFit(source, file, net, rename);
        } catch (CheckpointException e) {
            status = e.getMessage();
        }
        long n = net.size();
        return new Component(name, className, status, n, tensors, types, bytes, n * Float.BYTES);
    }
}
