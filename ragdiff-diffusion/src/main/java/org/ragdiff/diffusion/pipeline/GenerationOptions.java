package org.ragdiff.diffusion.pipeline;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.core.image.SquarePhoto;
import org.ragdiff.diffusion.guidance.Guidance;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.guidance.Stream;

/**
 * How flat-lays are generated.
 *
 * @param steps denoiser calls
 * @param sampler name, see {@link org.ragdiff.diffusion.sampler.Samplers#names()}
 * @param guidance how the conditions steer
 * @param dropped conditions that are left out altogether, as in training
 * @param seed of the noise; image i of a call uses a stream of its own unless its request has a seed
 * @param attributeFilter which entries of the database count
 * @param fit how photos are made square
 * @param finish of the decoded picture
 * @param negative what guidance leads away from
 * @param start image to begin with in place of pure noise
 * @param aligned what the aligned photo adds of its own
 */
public record GenerationOptions(
        int steps,
        String sampler,
        Guidance guidance,
        Set<Stream> dropped,
        long seed,
        AttributeFilter attributeFilter,
        SquarePhoto.Fit fit,
        Finish finish,
        NegativeConditions negative,
        Optional<StartImage> start,
        AlignmentUse aligned) {
    public GenerationOptions {
        if (steps < 1 || steps > 1000) {
            throw new IllegalArgumentException("steps must be in [1, 1000], got " + steps);
        }
        Objects.requireNonNull(sampler, "sampler");
        Objects.requireNonNull(guidance, "guidance");
        dropped = Set.copyOf(dropped);
        Objects.requireNonNull(attributeFilter, "attributeFilter");
        Objects.requireNonNull(fit, "fit");
        Objects.requireNonNull(finish, "finish");
        Objects.requireNonNull(negative, "negative");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(aligned, "aligned");
    }

    /** 4 steps of DPM-Solver++(2M): so strongly conditioned, the demo model gains nothing by more (docs/ablations/presets.md). */
    public static GenerationOptions defaults() {
        return new GenerationOptions(
                4,
                "dpmpp2m",
                Guidance.defaults(),
                Set.of(),
                0,
                AttributeFilter.NONE,
                SquarePhoto.Fit.LETTERBOX,
                new Finish(new WhiteBackground(16), new LandmarkMatte(1)),
                NegativeConditions.NONE,
                Optional.empty(),
                new AlignmentUse(new PatternTransfer(1), new SilhouetteFusion(0.7)));
    }

    /**
     * 2 steps without guidance: the network runs twice in place of 12 times. The outline is the landmark's all the
     * same; edges are softer, colours a little further off (docs/ablations/presets.md).
     */
    public static GenerationOptions fast() {
        return defaults().withSteps(2).withGuidance(GuidanceScales.none());
    }

    public GenerationOptions withSteps(int newSteps) {
        return new GenerationOptions(
                newSteps, sampler, guidance, dropped, seed, attributeFilter, fit, finish, negative, start, aligned);
    }

    public GenerationOptions withSampler(String name) {
        return new GenerationOptions(
                steps, name, guidance, dropped, seed, attributeFilter, fit, finish, negative, start, aligned);
    }

    /** Other scales; interval and projection stay. */
    public GenerationOptions withGuidance(GuidanceScales scales) {
        return withGuidance(guidance.withScales(scales));
    }

    public GenerationOptions withGuidance(Guidance newGuidance) {
        return new GenerationOptions(
                steps, sampler, newGuidance, dropped, seed, attributeFilter, fit, finish, negative, start, aligned);
    }

    public GenerationOptions withDropped(Set<Stream> streams) {
        return new GenerationOptions(
                steps, sampler, guidance, streams, seed, attributeFilter, fit, finish, negative, start, aligned);
    }

    /** The same without what retrieval gives: ê and landmark. */
    public GenerationOptions withoutRetrieval() {
        return withDropped(Set.of(Stream.STRUCTURE, Stream.LANDMARK));
    }

    public GenerationOptions withSeed(long newSeed) {
        return new GenerationOptions(
                steps, sampler, guidance, dropped, newSeed, attributeFilter, fit, finish, negative, start, aligned);
    }

    public GenerationOptions withAttributeFilter(AttributeFilter filter) {
        return new GenerationOptions(
                steps, sampler, guidance, dropped, seed, filter, fit, finish, negative, start, aligned);
    }

    public GenerationOptions withFit(SquarePhoto.Fit newFit) {
        return new GenerationOptions(
                steps, sampler, guidance, dropped, seed, attributeFilter, newFit, finish, negative, start, aligned);
    }

    /** Cleaning of the result. */
    public WhiteBackground background() {
        return finish.background();
    }

    public GenerationOptions withBackground(WhiteBackground newBackground) {
        return withFinish(new Finish(newBackground, finish.matte()));
    }

    public GenerationOptions withMatte(LandmarkMatte matte) {
        return withFinish(new Finish(finish.background(), matte));
    }

    public GenerationOptions withFinish(Finish newFinish) {
        return new GenerationOptions(
                steps, sampler, guidance, dropped, seed, attributeFilter, fit, newFinish, negative, start, aligned);
    }

    public GenerationOptions withNegative(NegativeConditions conditions) {
        return new GenerationOptions(
                steps, sampler, guidance, dropped, seed, attributeFilter, fit, finish, conditions, start, aligned);
    }

    /** Image-to-image: every image of a call begins with this one. */
    public GenerationOptions withStart(StartImage image) {
        return new GenerationOptions(
                steps,
                sampler,
                guidance,
                dropped,
                seed,
                attributeFilter,
                fit,
                finish,
                negative,
                Optional.of(image),
                aligned);
    }

    /** What the photo's own pixels add to the result, unless the reference is dropped. */
    public PatternTransfer pattern() {
        return aligned.pattern();
    }

    /** What the aligned photo adds to the outline that is looked for. */
    public SilhouetteFusion silhouette() {
        return aligned.silhouette();
    }

    public GenerationOptions withPattern(PatternTransfer transfer) {
        return withAligned(new AlignmentUse(transfer, aligned.silhouette()));
    }

    public GenerationOptions withSilhouette(SilhouetteFusion fusion) {
        return withAligned(new AlignmentUse(aligned.pattern(), fusion));
    }

    public GenerationOptions withAligned(AlignmentUse use) {
        return new GenerationOptions(
                steps, sampler, guidance, dropped, seed, attributeFilter, fit, finish, negative, start, use);
    }
}
