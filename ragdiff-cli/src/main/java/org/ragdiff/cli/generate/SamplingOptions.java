package org.ragdiff.cli.generate;

import java.util.Iterator;
import java.util.Locale;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.diffusion.guidance.GuidanceInterval;
import org.ragdiff.diffusion.guidance.GuidanceProjection;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.LandmarkMatte;
import org.ragdiff.diffusion.pipeline.PatternTransfer;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
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

    @Option(
            names = "--preset",
            paramLabel = "standard|fast",
            defaultValue = "STANDARD",
            description =
                    "standard: 4 steps; fast: 2 steps without guidance, softer edges. Further options change what a"
                            + " preset says (default: standard).")
    private Preset preset;

    /** Named settings. */
    enum Preset {
        STANDARD,
        FAST
    }

    @Option(names = "--steps", paramLabel = "N", description = "Steps of the sampler (default: 4).")
    private Integer steps;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description = {
                "Sampler (default: dpmpp2m): ${COMPLETION-CANDIDATES};",
                "those from euler to deis3 also with -karras, -exponential or -beta behind the name;",
                "or a class of diffusers, such as EulerDiscreteScheduler."
            },
            completionCandidates = SamplerNames.class)
    private String sampler;

    @Option(
            names = "--guidance",
            paramLabel = "SCALE",
            description = "Guidance scale of all conditions; 1 as trained, above 1 exaggerated.")
    private Double all;

    @Option(
            names = "--guidance-reference",
            paramLabel = "SCALE",
            description = "Guidance scale of the photo's pattern; before --guidance (default: 2.5).")
    private Double reference;

    @Option(
            names = "--guidance-structure",
            paramLabel = "SCALE",
            description = "Guidance scale of the fused structure embedding; before --guidance (default: 2.5).")
    private Double structure;

    @Option(
            names = "--guidance-landmark",
            paramLabel = "SCALE",
            description = "Guidance scale of the silhouette landmark; before --guidance (default: 6).")
    private Double landmark;

    @Option(
            names = "--pattern-transfer",
            paramLabel = "SHARE",
            description = "Share of the photo's own pixels in what it shows of the garment, 0 to 1; 0 leaves all of the"
                    + " picture to the denoiser (default: 1).")
    private Double pattern;

    @Option(
            names = "--landmark-matte",
            paramLabel = "SHARE",
            description =
                    "Share of the landmark's outline in the result's, 0 to 1; 0 leaves the outline to the denoiser"
                            + " (default: 1).")
    private Double matte;

    @Option(
            names = "--silhouette-fusion",
            paramLabel = "SHARE",
            description =
                    "Share of the aligned photo in the outline that the database is asked for, 0 to 1 (default: 0.7).")
    private Double silhouette;

    @Option(
            names = "--guidance-rescale",
            paramLabel = "SHARE",
            description = "Share of the contrast that strong guidance adds to take back, 0 to 1 (default: 0).")
    private Double rescale;

    /** For the help text. */
    static final class SamplerNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Samplers.names().iterator();
        }
    }

    @Option(
            names = "--guidance-interval",
            paramLabel = "FROM:TO",
            description = "Part of the run that is guided, from 0 (no noise) to 1 (pure noise) (default: 0:1).")
    private String interval;

    @Option(
            names = "--guidance-parallel",
            paramLabel = "SHARE",
            description = "Share of guidance along the image itself to keep; 0 against oversaturation (default: 1).")
    private Double parallel;

    @Option(
            names = "--guidance-norm",
            paramLabel = "NORM",
            description = "Largest norm of what guidance adds to the latents; 0 for any (default: 0).")
    private Double norm;

    @Option(
            names = "--guidance-momentum",
            paramLabel = "BETA",
            description =
                    "Momentum of guidance over the steps, -1 to 1 (default: 0; adaptive projected guidance: -0.5).")
    private Double momentum;

    /**
     * @throws IllegalArgumentException if a value is out of range; the message says what was expected
     */
    public GenerationOptions toOptions() {
        GenerationOptions o =
                (preset == Preset.FAST ? GenerationOptions.fast() : GenerationOptions.defaults()).withSeed(seed);
        if (steps != null) {
            o = o.withSteps(steps);
        }
        if (sampler != null) {
            try {
                Samplers.require(sampler);
            } catch (IllegalArgumentException e) {
                throw new BadInputException(e.getMessage(), e);
            }
            o = o.withSampler(sampler.toLowerCase(Locale.ROOT));
        }
        if (pattern != null) {
            o = o.withPattern(new PatternTransfer(pattern));
        }
        if (matte != null) {
            o = o.withMatte(new LandmarkMatte(matte));
        }
        if (silhouette != null) {
            o = o.withSilhouette(new SilhouetteFusion(silhouette));
        }
        GuidanceScales g = o.guidance().scales();
        GuidanceProjection p = o.guidance().projection();
        o = o.withGuidance(o.guidance()
                .withInterval(interval())
                .withProjection(new GuidanceProjection(
                        first(parallel, null, p.parallel()),
                        first(norm, null, p.largest()),
                        first(momentum, null, p.momentum()))));
        return o.withGuidance(new GuidanceScales(
                first(reference, all, g.reference()),
                first(structure, all, g.structure()),
                first(landmark, all, g.landmark()),
                first(rescale, null, g.rescale())));
    }

    /** Whether a sampler was named. */
    public boolean samplerGiven() {
        return sampler != null;
    }

    private GuidanceInterval interval() {
        if (interval == null) {
            return GuidanceInterval.ALL;
        }
        String[] ends = interval.split(":", -1);
        try {
            if (ends.length == 2) {
                return new GuidanceInterval(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new BadInputException("--guidance-interval is FROM:TO, such as 0.1:0.8, got " + interval);
    }

    private static double first(Double own, Double shared, double otherwise) {
        if (own != null) {
            return own;
        }
        return shared != null ? shared : otherwise;
    }
}
