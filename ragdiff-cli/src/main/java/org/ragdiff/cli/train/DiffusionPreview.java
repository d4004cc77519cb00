package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.cli.evaluate.ProtocolScorer;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.guidance.GuidedDenoiser;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.TrainedProcess;
import org.ragdiff.diffusion.unet.DiffusionBatch;
import org.ragdiff.diffusion.unet.UnetDenoiser;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.report.ContactSheet;
import org.ragdiff.eval.report.SilhouettePicture;
import org.ragdiff.eval.report.TrainingPage;

/**
 * What a denoiser makes of held-out garments while it is trained: a grid of photo, landmark, result and truth, by few
 * steps without guidance from the same noise each time. For one thread.
 */
final class DiffusionPreview {
    /** Without guidance, which exaggerates what a network that is still learning gets wrong. */
    private static final GenerationOptions OPTIONS =
            GenerationOptions.defaults().withSteps(6).withGuidance(new GuidanceScales(1, 1, 1, 0));

    private final DiffusionBatch samples;
    private final List<GarmentPair> pairs;
    private final Path folder;
    private final ProtocolScorer scorer = new ProtocolScorer(Protocol.V1);

    /**
     * @param samples of the pairs, in their order
     * @param out folder of the training
     */
    DiffusionPreview(DiffusionBatch samples, List<GarmentPair> pairs, Path out) {
        if (samples.size() != pairs.size()) {
            throw new IllegalArgumentException(samples.size() + " samples for " + pairs.size() + " pairs");
        }
        this.samples = samples;
        this.pairs = List.copyOf(pairs);
        this.folder = out.resolve(TrainingPage.GRIDS);
    }

    /** Writes {@code grids/step-NNNNNN.png} and tells how near the results are to the truth. */
    void draw(long step, UnetDenoiser denoiser, LatentCodec codec, Metrics metrics) throws IOException {
        List<RgbImage> results = results(denoiser, codec);
        List<RgbImage> cells = new ArrayList<>();
        double iou = 0;
        double psnr = 0;
        int side = samples.landmarkSide();
        for (int i = 0; i < pairs.size(); i++) {
            GarmentPair pair = pairs.get(i);
            float[] field = java.util.Arrays.copyOfRange(samples.landmark(), i * side * side, (i + 1) * side * side);
            cells.add(pair.wild());
            cells.add(SilhouettePicture.of(
                    new SignedDistanceField(side, field), pair.standard().width()));
            cells.add(results.get(i));
            cells.add(pair.standard());
            Map<String, Double> figures = scorer.compare(results.get(i), pair);
            iou += figures.get("silhouetteIou") / pairs.size();
            psnr += figures.get("psnr") / pairs.size();
        }
        metrics.put("gridSilhouetteIou", iou);
        metrics.put("gridPsnr", psnr);
        Files.createDirectories(folder);
        ImageFiles.writePng(
                folder.resolve(String.format(Locale.ROOT, "step-%06d.png", step)),
                ContactSheet.grid(cells, 4, pairs.get(0).standard().width()),
                Map.of("step", Long.toString(step)));
    }

    private List<RgbImage> results(UnetDenoiser denoiser, LatentCodec codec) {
        int n = samples.size();
        int h = samples.height();
        int w = samples.width();
        int c = codec.channels();
        int cells = n * h * w;
        int side = samples.landmarkSide();
        try (INDArray structure = array(samples.structure(), n, samples.structure().length / n);
                INDArray landmark = array(samples.landmark(), n, side, side, 1);
                INDArray reference = array(samples.reference(), n, h, w, samples.reference().length / cells);
                GuidedDenoiser guided = new GuidedDenoiser(
                        denoiser,
                        TrainedProcess.of(denoiser.schedule()),
                        new DenoiserCondition(n, structure, landmark, reference),
                        OPTIONS.guidance(),
                        h,
                        w,
                        c)) {
            NoiseSource noise = NoiseSource.perImage(c, LongStream.range(0, n).toArray());
            float[] latents = Samplers.named(OPTIONS.sampler(), denoiser.schedule())
                    .sample(
                            guided,
                            Start.fromNoise(noise.next(cells * c)),
                            n,
                            Steps.of(OPTIONS.steps()),
                            noise,
                            StepListener.NONE);
            try (INDArray found = array(latents, n, h, w, c);
                    INDArray pixels = codec.decode(found)) {
                return Images.fromTensor(pixels).stream()
                        .map(OPTIONS.background()::clean)
                        .toList();
            }
        }
    }

    private static INDArray array(float[] values, long... shape) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        HostArrays.write(a, values);
        return a;
    }
}
