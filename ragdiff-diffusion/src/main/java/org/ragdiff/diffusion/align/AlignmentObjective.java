package org.ragdiff.diffusion.align;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Module;
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
        AlignmentLoss.Result result = run(tape, source.batch(options.seed(), step, options.batch()));
        metrics.put("mask", result.maskEntropy());
        metrics.put("maskIou", result.maskIou());
        metrics.put("positionError", result.positionError());
        return result.loss();
    }

    private AlignmentLoss.Result run(Tape tape, AlignmentBatch batch) {
        int side = net.config().side();
        if (batch.cells() != net.config().cells() || batch.photos().length != 3 * batch.size() * side * side) {
            throw new IllegalArgumentException("batch of " + batch.size() + " with " + batch.cells() + " cells and "
                    + batch.photos().length + " photo values, expected " + net.config());
        }
        INDArray photos = tape.allocate(batch.size(), side, side, 3);
        HostArrays.write(photos, batch.photos());
        return AlignmentLoss.of(tape, net.apply(tape, tape.constant(photos)), batch, options);
    }

    /** Mean distance of positions, in fractions of the frame, and the mask's IoU over cells, of the held-out batch. */
    @Override
    public void validate(long step, Metrics metrics) {
        if (heldOut == null) {
            return;
        }
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(kernels, pool)) {
            AlignmentLoss.Result result = run(tape, heldOut);
            metrics.put("heldOutMaskIou", result.maskIou());
            metrics.put("heldOutPositionError", result.positionError());
        }
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(AlignmentWeights.metadata(net.config()));
        meta.put("ragdiff.training", options.toString());
        return meta;
    }
}
