package org.ragdiff.cli.generate;

import java.util.Locale;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.sampler.Samplers;
import picocli.CommandLine.Option;

/** Options of how flat-lays are sampled. */
public final class SamplingOptions {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of all randomness (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--steps", paramLabel = "N", description = "Steps of the sampler (default: 20).")
    private Integer steps;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description = "ddim, ddpm, dpmpp2m, dpmpp2m-karras, dpmpp3m or sde-dpmpp2m (default: dpmpp2m).")
    private String sampler;

    @Option(
            names = "--guidance",
            paramLabel = "SCALE",
            description = "Guidance scale of all conditions; 1 as trained, above 1 exaggerated (default: 1.5).")
    private Double all;

    @Option(
            names = "--guidance-reference",
            paramLabel = "SCALE",
            description = "Guidance scale of the photo's pattern; before --guidance.")
    private Double reference;

    @Option(
            names = "--guidance-structure",
            paramLabel = "SCALE",
            description = "Guidance scale of the fused structure embedding; before --guidance.")
    private Double structure;

    @Option(
            names = "--guidance-landmark",
            paramLabel = "SCALE",
            description = "Guidance scale of the silhouette landmark; before --guidance.")
    private Double landmark;

    @Option(
            names = "--guidance-rescale",
            paramLabel = "SHARE",
            description = "Share of the contrast that strong guidance adds to take back, 0 to 1 (default: 0).")
    private Double rescale;

    /**
     * @throws IllegalArgumentException if a value is out of range; the message says what was expected
     */
    public GenerationOptions toOptions() {
        GenerationOptions o = GenerationOptions.defaults().withSeed(seed);
        if (steps != null) {
            o = o.withSteps(steps);
        }
        if (sampler != null) {
            String name = sampler.toLowerCase(Locale.ROOT);
            if (!Samplers.names().contains(name)) {
                throw new BadInputException("unknown sampler " + sampler + ", expected one of " + Samplers.names());
            }
            o = o.withSampler(name);
        }
        GuidanceScales g = o.guidance();
        return o.withGuidance(new GuidanceScales(
                first(reference, all, g.reference()),
                first(structure, all, g.structure()),
                first(landmark, all, g.landmark()),
                first(rescale, null, g.rescale())));
    }

    private static double first(Double own, Double shared, double otherwise) {
        if (own != null) {
            return own;
        }
        return shared != null ? shared : otherwise;
    }
}
