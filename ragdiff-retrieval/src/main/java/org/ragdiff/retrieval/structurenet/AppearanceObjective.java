package org.ragdiff.retrieval.structurenet;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;

/**
 * Trains the {@link AppearanceNet} of a {@link StructureNet} whose other parts stay as they are: photos find their
 * own standard image among those of their batch and the most similar ones of all training garments, by whole
 * embeddings, as a database is searched. For one training thread.
 */
public final class AppearanceObjective implements Objective {
    private final StructureNet net;
    private final LongFunction<AppearanceBatch> batches;
    private final AppearanceTrainingOptions options;
    private final StandardEntries entries;
    private final HeldOutRecall heldOut;
    private final Kernels kernels;
    private float[] database = new float[0];
    private long embeddedFor = -1;

    /**
     * @param batches by step, all of one size of 2 or more
     * @param garments number of training garments
     * @param standards their standard images, with silhouettes, by number; photos are not looked at
     * @param heldOut batches of other garments for {@link #validate}; may be empty
     * @param kernels for validation and the database's embeddings
     */
    public AppearanceObjective(
            StructureNet net,
            LongFunction<AppearanceBatch> batches,
            int garments,
            IntFunction<StructureSample> standards,
            AppearanceTrainingOptions options,
            List<StructureBatch> heldOut,
            Kernels kernels) {
        if (net.appearance() == null) {
            throw new IllegalArgumentException("the network has no appearance part: give its configuration one");
        }
        this.net = net;
        this.batches = batches;
        this.options = options;
        this.kernels = kernels;
        this.entries = new StandardEntries(garments, standards);
        this.heldOut = new HeldOutRecall(net, heldOut, kernels);
    }

    /**
     * The start of the map: the principal directions of the training garments' colours, each divided by the fourth
     * root of its eigenvalue, half-way to whitening (Jégou and Chum 2012): what all garments have in common counts
     * less. It finds garments without any training.
     */
    public void startFromPrincipalDirections() {
        AppearanceConfig config = net.config().appearance();
        PrincipalDirections.Found found =
                PrincipalDirections.of(entries.colours(net), config.cells(), config.dimension(), options.seed());
        float[] map = new float[config.dimension() * config.cells()];
        for (int i = 0; i < config.dimension(); i++) {
            double scale = Math.pow(Math.max(found.values()[i], 1e-9), -0.25);
            for (int j = 0; j < config.cells(); j++) {
                map[i * config.cells() + j] = (float) (scale * found.vectors()[i][j]);
            }
        }
        net.appearance().setMap(map);
    }

    @Override
    public Module module() {
        return net;
    }

    @Override
    public Module trained() {
        return net.appearance();
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        AppearanceBatch batch = batches.apply(step);
        StructureBatch samples = batch.samples();
        int n = samples.size();
        if (n < 2) {
            throw new IllegalArgumentException("contrastive training needs batches of 2 or more, got " + n);
        }
        refresh(step);
        SplittableRandom random = new SplittableRandom(options.seed() * 0x9e3779b97f4a7c15L + step);
        float[] told = AttributeVocabulary.drop(
                AttributeVocabulary.encode(samples.attributes()),
                options.allAttributesDropout(),
                options.attributeDropout(),
                random);
        Var scale = net.appearance().logitScale(tape);
        Var rows =
                CachedGradients.of(tape, n, options.part(), scale, (t, from, to) -> rows(t, samples, told, from, to));
        int length = net.config().embeddingLength();
        Var photos = Shapes.sliceChannels(tape, rows, 0, length);
        Var standards = Shapes.sliceChannels(tape, rows, length, length);
        Var found = contrastive(tape, photos, standards, batch.garments(), scale);
        metrics.put("contrastive", found.item());
        metrics.put("scale", Math.exp(scale.item()));
        return found;
    }

    /** Whole embeddings of photos and of standards, side by side. */
    private Var rows(Tape t, StructureBatch all, float[] told, int from, int to) {
        float[] photos = part(all.photos(), all.size(), from, to);
        float[] standards = part(all.standards(), all.size(), from, to);
        StructureNet.Wild wild = net.wild(
                t, TowerTensors.photos(t, net, photos), TowerTensors.rows(t, part(told, all.size(), from, to)));
        return Shapes.concatChannels(
                t, WholeEmbeddings.photos(t, net, photos, wild), WholeEmbeddings.standards(t, net, standards));
    }

    private static float[] part(float[] values, int size, int from, int to) {
        int each = values.length / size;
        return Arrays.copyOfRange(values, from * each, to * each);
    }

    private Var contrastive(Tape t, Var photos, Var standards, int[] garments, Var scale) {
        int n = garments.length;
        int stored = options.hardNegatives() == 0 ? 0 : entries.count();
        Var candidates = standards;
        if (stored > 0) {
            INDArray bank = t.allocate(stored, standards.size(1));
            HostArrays.write(bank, database);
            candidates = Shapes.concatRows(t, standards, t.constant(bank));
        }
        Var cosines = Products.innerProducts(t, photos, candidates, 1);
        float[] rows =
                HardNegatives.targets(HostArrays.read(cosines.value()), garments, stored, options.hardNegatives());
        if (options.loss() == AppearanceTrainingOptions.Loss.SIGLIP) {
            return SigmoidLoss.of(t, cosines, scale, net.appearance().logitBias(t), rows);
        }
        float[] columns = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                columns[i * n + j] = rows[j * (n + stored) + i];
            }
        }
        return ContrastiveLoss.ofCosines(t, cosines, scale, rows, columns);
    }

    /** The database as of the last step that is a multiple of {@code refreshEvery}: that makes a run resumable. */
    private void refresh(long step) {
        long due = step / options.refreshEvery();
        if (options.hardNegatives() > 0 && due != embeddedFor) {
            database = entries.embed(net, kernels);
            embeddedFor = due;
        }
    }

    /** The database is not part of a checkpoint: it has to be due anew. */
    @Override
    public boolean resumesExactlyAfter(long losses) {
        return options.hardNegatives() == 0 || losses % options.refreshEvery() == 0;
    }

    /** Recall@1, @5 and @10 of the held-out photos among their own and all training garments' standard images. */
    @Override
    public void validate(long step, Metrics metrics) {
        heldOut.measure(metrics, entries.embed(net, kernels));
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(StructureNetWeights.metadata(net.config()));
        meta.put("ragdiff.training", options.toString());
        return meta;
    }
}
