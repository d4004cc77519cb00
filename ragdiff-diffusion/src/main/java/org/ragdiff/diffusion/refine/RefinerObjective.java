package org.ragdiff.diffusion.refine;

import java.util.LinkedHashMap;
import java.util.List;
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

/** Trains a {@link RefinerNet} on landmarks whose true silhouettes are known. */
public final class RefinerObjective implements Objective {
    /** Name of the corrected landmarks' mean IoU among the figures of {@link #validate}. */
    public static final String HELD_OUT_IOU = "heldOutIou";

    private final RefinerNet net;
    private final RefinerBatch.Source source;
    private final RefinerTrainingOptions options;
    private final Kernels kernels;
    private final List<RefinerBatch> heldOut;

    /** @param heldOut for {@link #validate}; empty for none */
    public RefinerObjective(
            RefinerNet net,
            RefinerBatch.Source source,
            RefinerTrainingOptions options,
            Kernels kernels,
            List<RefinerBatch> heldOut) {
        this.net = net;
        this.source = source;
        this.options = options;
        this.kernels = kernels;
        this.heldOut = List.copyOf(heldOut);
    }

    @Override
    public Module module() {
        return net;
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        RefinerLoss.Result result = run(tape, source.batch(options.seed(), step, options.batch()));
        metrics.put("iou", result.iou());
        metrics.put("landmarkIou", result.landmarkIou());
        return result.loss();
    }

    private RefinerLoss.Result run(Tape tape, RefinerBatch batch) {
        INDArray evidence = tape.allocate(batch.size(), RefinerInputs.SIDE, RefinerInputs.SIDE, RefinerInputs.CHANNELS);
        HostArrays.write(evidence, batch.evidence());
        return RefinerLoss.of(tape, net.apply(tape, tape.constant(evidence)), batch, options);
    }

    /** Of the held-out batches: mean IoU of corrected landmarks, and of the landmarks as they are. */
    @Override
    public void validate(long step, Metrics metrics) {
        double iou = 0;
        double before = 0;
        int count = 0;
        for (RefinerBatch batch : heldOut) {
            try (TensorPool pool = new TensorPool();
                    Tape tape = Tape.inference(kernels, pool)) {
                RefinerLoss.Result result = run(tape, batch);
                iou += batch.size() * result.iou();
                before += batch.size() * result.landmarkIou();
                count += batch.size();
            }
        }
        if (count > 0) {
            metrics.put(HELD_OUT_IOU, iou / count);
            metrics.put("heldOutLandmarkIou", before / count);
        }
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(RefinerWeights.metadata(net.config()));
        meta.put("ragdiff.training", options.toString());
        return meta;
    }
}
