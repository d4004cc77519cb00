package org.ragdiff.cli.measure;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.RgbImage;
import org.ragdiff.eval.feature.FeatureExtractor;
import org.ragdiff.eval.feature.FeatureMoments;
import org.ragdiff.eval.feature.Features;
import org.ragdiff.eval.feature.FrechetDistance;
import org.ragdiff.eval.feature.KernelDistance;
import org.ragdiff.eval.feature.KernelDistanceOptions;
import org.ragdiff.eval.feature.ManifoldOverlap;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.MetricDefinition;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.protocol.Preparation;

/**
 * Distances of the two sets in a network's features, of pictures as their files have them: the network prepares them in
 * its own way. FID sees every picture; KID and the neighbourhoods at most {@value #MOST} of each set, so that memory
 * does not grow beyond. Not thread-safe; to be closed, the network is the caller's.
 */
final class DistributionFigures implements AutoCloseable {
    /** Vectors of each set that are kept. */
    static final int MOST = 10_000;
    /** Neighbour that gives the radius of a ball, as in Naeem et al. (2020). */
    static final int NEIGHBOUR = 5;

    private static final long SEED = 20260101;

    private final FeatureExtractor network;
    private final FeatureMoments resultMoments;
    private final FeatureMoments truthMoments;
    private final FeatureSample results = new FeatureSample(MOST, SEED);
    private final FeatureSample truths = new FeatureSample(MOST, SEED + 1);
    private final List<String> notes = new ArrayList<>();

    /** @throws BadInputException if there are too few pairs for neighbourhoods */
    DistributionFigures(FeatureExtractor network, int pairs) {
        if (pairs <= NEIGHBOUR) {
            throw new BadInputException("--features needs more than " + NEIGHBOUR + " pairs (neighbourhoods of "
                    + NEIGHBOUR + " pictures), got " + pairs);
        }
        this.network = network;
        this.resultMoments = new FeatureMoments(network.dimension());
        this.truthMoments = new FeatureMoments(network.dimension());
    }

    /**
     * @param generated in any sizes
     * @param real as many
     */
    void add(List<RgbImage> generated, List<RgbImage> real) {
        add(network.extract(generated), resultMoments, results);
        add(network.extract(real), truthMoments, truths);
    }

    private static void add(Features features, FeatureMoments moments, FeatureSample sample) {
        moments.add(features);
        sample.add(features);
    }

    /** All figures, under protocols that name the network, the settings and the numbers of pictures. */
    List<MeasuredFigure> figures(MeasurementProtocol base) {
        List<MeasuredFigure> out = new ArrayList<>();
        FrechetDistance fid = FrechetDistance.of(truthMoments, resultMoments);
        notes.addAll(fid.warnings());
        out.add(figure(base, "fid", fid.value(), Better.LOWER, "Frechet distance of Gaussians, covariances of n - 1"));
        Features real = truths.features();
        Features made = results.features();
        String drawn = resultMoments.count() > MOST ? ", of " + MOST + " of each set drawn with seed " + SEED : "";
        out.add(kid(base, real, made, drawn));
        ManifoldOverlap m = ManifoldOverlap.of(real, made, NEIGHBOUR);
        String balls = "Naeem et al. (2020), k " + NEIGHBOUR + drawn;
        out.add(figure(base, "precision", m.precision(), Better.HIGHER, balls));
        out.add(figure(base, "recall", m.recall(), Better.HIGHER, balls));
        out.add(figure(base, "density", m.density(), Better.HIGHER, balls));
        out.add(figure(base, "coverage", m.coverage(), Better.HIGHER, balls));
        return out;
    }

    /** What the values do not say by themselves. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private MeasuredFigure kid(MeasurementProtocol base, Features real, Features made, String drawn) {
        KernelDistanceOptions options = KernelDistanceOptions.defaults();
        String kernel = "unbiased MMD, polynomial kernel of degree 3, ";
        if (made.count() <= options.subsetSize()) {
            return figure(
                    base,
                    "kid",
                    KernelDistance.unbiased(real, made),
                    Better.LOWER,
                    kernel + "of whole sets of " + made.count());
        }
        KernelDistance kid = KernelDistance.of(real, made, options);
        MeasuredFigure out = figure(
                base,
                "kid",
                kid.mean(),
                Better.LOWER,
                kernel + options.subsets() + " subsets of " + options.subsetSize() + " with seed " + options.seed()
                        + drawn);
        return out.withSpread(kid.spread());
    }

    private MeasuredFigure figure(
            MeasurementProtocol base, String name, double value, Better better, String definition) {
        MetricDefinition d = MetricDefinition.of(name, better, definition)
                .withBackbone(network.name() + " " + network.fingerprint())
                .withPreparation(Preparation.AS_IT_IS, Preparation.AS_IT_IS);
        return MeasuredFigure.of(PreparedProtocol.of(base, d), name, value, (int) resultMoments.count());
    }

    @Override
    public void close() {
        resultMoments.close();
        truthMoments.close();
    }
}
