package org.ragdiff.diffusion.align;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;

/** Trains an {@link AlignmentNet} on photos whose positions are known. */
public final class AlignmentObjective implements Objective {
    private final AlignmentNet net;
    private final AlignmentBatch.Source source;
    private final AlignmentTrainingOptions options;
    private final Kernels kernels;
    private final AlignmentBatch heldOut;

    /** @param heldOut for {@link #validate}; null for none */
    public AlignmentObjective(
            AlignmentNet net,
            AlignmentBatch.Source source,
            AlignmentTrainingOptions options,
            Kernels kernels,
            AlignmentBatch heldOut) {
        this.net = net;
        this.source = source;
        this.options = options;
        this.kernels = kernels;
        this.heldOut = heldOut;
    }

    @Override
    public Module module() {
        return net;
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        Losses losses = run(tape, source.batch(options.seed(), step, options.batch()));
        metrics.put("mask", losses.places().maskEntropy());
        metrics.put("maskIou", losses.places().maskIou());
        metrics.put("wholeIou", losses.places().wholeIou());
        metrics.put("positionError", losses.places().positionError());
        metrics.put("colourError", losses.light().colourError());
        return Elementwise.add(tape, losses.places().loss(), losses.light().loss());
    }

    private record Losses(AlignmentLoss.Result places, LightLoss.Result light) {}

    private Losses run(Tape tape, AlignmentBatch batch) {
        int side = net.config().side();
        if (batch.cells() != net.config().cells() || batch.photos().length != 3 * batch.size() * side * side) {
            throw new IllegalArgumentException("batch of " + batch.size() + " with " + batch.cells() + " cells and "
                    + batch.photos().length + " photo values, expected " + net.config());
        }
        INDArray photos = tape.allocate(batch.size(), side, side, 3);
        HostArrays.write(photos, batch.photos());
        AlignmentNet.Output output = net.apply(tape, tape.constant(photos));
        return new Losses(
                AlignmentLoss.of(tape, output, batch, options), LightLoss.of(tape, output.light(), batch, options));
    }

    /**
     * Of the held-out batch: the IoU of the seen and of the whole garment's mask over cells, the mean distance of positions in fractions of the frame, and
     * the mean difference of colours, of the photos as they are too.
     */
    @Override
    public void validate(long step, Metrics metrics) {
        if (heldOut == null) {
            return;
        }
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(kernels, pool)) {
            Losses losses = run(tape, heldOut);
            metrics.put("heldOutMaskIou", losses.places().maskIou());
            metrics.put("heldOutWholeIou", losses.places().wholeIou());
            metrics.put("heldOutPositionError", losses.places().positionError());
            metrics.put("heldOutColourError", losses.light().colourError());
            metrics.put("heldOutPhotoColourError", losses.light().photoError());
        }
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(AlignmentWeights.metadata(net.config()));
        meta.put("ragdiff.training", options.toString());
        return meta;
    }
}
