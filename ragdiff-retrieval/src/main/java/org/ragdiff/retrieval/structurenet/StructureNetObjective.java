package org.ragdiff.retrieval.structurenet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;

/**
 * Trains a {@link StructureNet}: symmetric InfoNCE with targets softened by silhouette IoU, and beside it
 * dense targets: the signed distance field decoded from each tower's embedding and read off the photo, the
 * garment's mask in the photo, the attributes. For one training thread.
 */
public final class StructureNetObjective implements Objective {
    private final StructureNet net;
    private final StructureBatchSource batches;
    private final StructureNetTrainingOptions options;
    private final HeldOutMeasures heldOut;

    /**
     * @param batches training batches, all of one size of 2 or more
     * @param heldOut batches of other garments for {@link #validate}; may be empty
     * @param kernels for the validation
     */
    public StructureNetObjective(
            StructureNet net,
            StructureBatchSource batches,
            StructureNetTrainingOptions options,
            List<StructureBatch> heldOut,
            Kernels kernels) {
        this.net = net;
        this.batches = batches;
        this.options = options;
        this.heldOut = new HeldOutMeasures(net, heldOut, kernels);
    }

    @Override
    public Module module() {
        return net;
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        StructureBatch batch = batches.batch(step);
        if (batch.size() < 2) {
            throw new IllegalArgumentException("contrastive training needs batches of 2 or more, got " + batch.size());
        }
        StructureNetConfig config = net.config();
        int cells = config.fieldSide() * config.fieldSide();
        float[] known = AttributeVocabulary.encode(batch.attributes());
        SplittableRandom random = new SplittableRandom(options.seed() * 0x9e3779b97f4a7c15L + step);
        float[] told =
                AttributeVocabulary.drop(known, options.allAttributesDropout(), options.attributeDropout(), random);
        StructureNet.Wild wild = net.wild(tape, TowerTensors.photos(tape, net, batch), TowerTensors.rows(tape, told));
        Var standard = net.standard(tape, TowerTensors.standards(tape, net, batch));
        INDArray fields = tape.allocate(batch.size(), cells);
        HostArrays.write(fields, batch.fields());
        float[] targets = SoftTargets.of(batch.fields(), cells, options.targetSoftness(), options.targetWidth());
        float beta = (float) options.fieldBeta();
        Parts parts = new Parts(metrics);
        parts.add(
                "contrastive",
                options.contrastiveWeight(),
                ContrastiveLoss.of(tape, wild.embedding(), standard, net.logitScale(tape), targets, targets));
        parts.add("fieldWild", options.fieldWeight(), Losses.smoothL1(tape, wild.field(), fields, beta));
        parts.add(
                "fieldStandard",
                options.fieldWeight(),
                Losses.smoothL1(tape, net.decode(tape, standard), fields, beta));
        if (config.readerLayers() > 0) {
            parts.add("fieldRead", options.readFieldWeight(), Losses.smoothL1(tape, wild.readField(), fields, beta));
        }
        parts.add("mask", options.maskWeight(), ShareLoss.of(tape, wild.mask(), batch.masks()));
        parts.add("attributes", options.attributeWeight(), AttributeLoss.of(tape, wild.attributes(), known));
        metrics.put("scale", Math.exp(net.logitScale(tape).item()));
        return parts.sum(tape);
    }

    /** Recall@1 and @5 among the held-out garments, mean IoU of both fields, accuracy of the category. */
    @Override
    public void validate(long step, Metrics metrics) {
        heldOut.measure(metrics);
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(StructureNetWeights.metadata(net.config()));
        meta.put("ragdiff.training", options.toString());
        return meta;
    }

    /** Weighted losses, logged one by one. */
    private static final class Parts {
        private final Metrics metrics;
        private final List<Var> losses = new ArrayList<>();
        private final List<Float> weights = new ArrayList<>();

        Parts(Metrics metrics) {
            this.metrics = metrics;
        }

        void add(String name, double weight, Var loss) {
            metrics.put(name, loss.item());
            losses.add(loss);
            weights.add((float) weight);
        }

        Var sum(Tape tape) {
            float[] w = new float[weights.size()];
            for (int i = 0; i < w.length; i++) {
                w[i] = weights.get(i);
            }
            return Losses.weightedSum(tape, w, losses.toArray(Var[]::new));
        }
    }
}
