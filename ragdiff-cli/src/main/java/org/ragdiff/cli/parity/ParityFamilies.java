package org.ragdiff.cli.parity;

import java.util.List;
import java.util.Optional;

/** The families that {@code ragdiff parity} knows. */
final class ParityFamilies {
    private static final List<ParityFamily> ALL = List.of(
            new ControlNetFamily(),
            new GuidanceFamily(),
            new IpAdapterFamily(),
            new KnnFamily(),
            new LleFamily(),
            new MetricsFamily(),
            new OpsGradFamily(),
            new OptimFamily(),
            new PipelineFamily(),
            new ReferenceAttentionFamily(),
            new ResizeFamily(),
            new SafetensorsFamily(),
            new SchedulersFamily(),
            new TorchRandomFamily(),
            new UNetFamily("unet-sd"),
            new UNetFamily("unet-sdxl"),
            new VaeFamily(),
            new VisionFamily());

    private ParityFamilies() {}

    static Optional<ParityFamily> byName(String name) {
        return ALL.stream().filter(f -> f.name().equals(name)).findFirst();
    }
}
