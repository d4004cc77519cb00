package org.ragdiff.diffusion.vae;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;
import org.ragdiff.diffusion.StepRandom;

/**
 * Trains a {@link Vae}: reconstruction of a sample of the posterior plus a small KL divergence. The latents'
 * scaling is measured on training images whenever weights are stored.
 */
public final class VaeObjective implements Objective {
    private static final int NOISE = 1;
    private static final int MEASURED_BATCHES = 8;
    private static final long MEASURED_FROM = 1L << 40;

    private final Vae vae;
    private final StandardImages images;
    private final VaeTrainingOptions options;
    private final Kernels kernels;
    private final float[] heldOut;

    /** @param heldOut images [n, side, side, 3] for {@link #validate}, row-major; may be empty */
    public VaeObjective(Vae vae, StandardImages images, VaeTrainingOptions options, Kernels kernels, float[] heldOut) {
        this.vae = vae;
        this.images = images;
        this.options = options;
        this.kernels = kernels;
        this.heldOut = heldOut;
        int perImage = 3 * images.side() * images.side();
        if (heldOut.length % perImage != 0 || images.side() % vae.config().factor() != 0) {
            throw new IllegalArgumentException("held-out images have " + heldOut.length + " values, not a multiple of "
                    + perImage + ", or the side " + images.side() + " is no multiple of "
                    + vae.config().factor());
        }
    }

    @Override
    public Module module() {
        return vae;
    }

    @Override
    public int samples() {
        return options.batch();
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        int side = images.side();
        INDArray batch = tape.allocate(options.batch(), side, side, 3);
        HostArrays.write(batch, images.batch(options.seed(), step, options.batch()));
        Vae.Posterior posterior = vae.encode(tape, tape.constant(batch));
        int latents = Math.toIntExact(posterior.mean().value().length());
        float[] noise = StepRandom.normals(StepRandom.of(options.seed(), step, NOISE), latents);
        Var decoded = vae.decode(tape, posterior.sample(tape, noise));
        ReconstructionLoss.Result reconstruction = options.reconstruction().apply(tape, decoded, batch);
        Var kl = Losses.klToStandardNormal(tape, posterior.mean(), posterior.logVariance());
        metrics.put("reconstruction", reconstruction.loss().item());
        metrics.put("psnr", psnr(reconstruction.meanSquaredError()));
        metrics.put("kl", kl.item());
        return Losses.weightedSum(tape, new float[] {1, (float) options.klWeight()}, reconstruction.loss(), kl);
    }

    /** Peak signal-to-noise ratio in dB for values in [-1, 1]. */
    private static double psnr(double meanSquaredError) {
        return 10 * Math.log10(4 / meanSquaredError);
    }

    /** Mean PSNR over the held-out images of reconstructions from the posterior's mean, clipped to [-1, 1]. */
    @Override
    public void validate(long step, Metrics metrics) {
        if (heldOut.length == 0) {
            return;
        }
        int side = images.side();
        int perImage = 3 * side * side;
        int n = heldOut.length / perImage;
        try (VaePlans plans = new VaePlans(vae, kernels);
                INDArray in = Nd4j.createUninitializedDetached(DataType.FLOAT, 1, side, side, 3)) {
            long cells = side / vae.config().factor();
            double sum = 0;
            for (int i = 0; i < n; i++) {
                HostArrays.write(in, 0, heldOut, i * perImage, perImage);
                float[] out = plans.decode(plans.means(in), 1, cells, cells);
                double squares = 0;
                for (int j = 0; j < perImage; j++) {
                    double d = Math.max(-1, Math.min(1, out[j])) - heldOut[i * perImage + j];
                    squares += d * d;
                }
                sum += psnr(squares / perImage);
            }
            metrics.put("heldOutPsnr", sum / n);
        }
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(VaeWeights.metadata(vae.config(), measureScaling()));
        meta.put("ragdiff.training", options.toString());
        meta.put("ragdiff.side", Integer.toString(images.side()));
        return meta;
    }

    private LatentScaling measureScaling() {
        int side = images.side();
        int cells = side / vae.config().factor();
        int perBatch = options.batch() * cells * cells * vae.config().latentChannels();
        float[] raw = new float[MEASURED_BATCHES * perBatch];
        try (VaePlans plans = new VaePlans(vae, kernels);
                INDArray batch = Nd4j.createUninitializedDetached(DataType.FLOAT, options.batch(), side, side, 3)) {
            for (int i = 0; i < MEASURED_BATCHES; i++) {
                HostArrays.write(batch, images.batch(options.seed(), MEASURED_FROM + i, options.batch()));
                System.arraycopy(plans.means(batch), 0, raw, i * perBatch, perBatch);
            }
        }
        return LatentScaling.measure(raw, vae.config().latentChannels());
    }
}
