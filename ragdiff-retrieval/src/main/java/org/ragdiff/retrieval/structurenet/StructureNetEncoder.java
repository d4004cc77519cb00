package org.ragdiff.retrieval.structurenet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;

/**
 * A trained {@link StructureNet} at work. Fields are those read off the photo, at {@link
 * StandardFrame#FIELD_SIDE}; attributes that are not given are predicted where the network is sure.
 * Thread-safe; calls on several threads do not wait for each other.
 */
public final class StructureNetEncoder implements StructureEncoder {
    private static final int BATCH = 32;
    /** An attribute is predicted from this probability on. */
    private static final double SURE = 0.5;

    private final StructureNet net;
    private final String fingerprint;
    private final Kernels kernels;
    private final ConcurrentLinkedQueue<TensorPool> pools = new ConcurrentLinkedQueue<>();

    /**
     * @param net closed with this encoder
     * @param fingerprint identifies weights and configuration
     * @param kernels not closed
     */
    public StructureNetEncoder(StructureNet net, String fingerprint, Kernels kernels) {
        this.net = net;
        this.fingerprint = fingerprint;
        this.kernels = kernels;
    }

    /**
     * @param path as {@link StructureNetWeights#load}
     * @param kernels not closed
     */
    public static StructureNetEncoder load(Path path, Kernels kernels) throws IOException {
        StructureNetWeights weights = StructureNetWeights.load(path);
        return new StructureNetEncoder(weights.net(), weights.fingerprint(), kernels);
    }

    @Override
    public int dimension() {
        return net.config().embeddingLength();
    }

    @Override
    public int structureDimension() {
        return net.config().dimension();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public List<StructureQuery> encodePhotos(List<RgbImage> photos, List<GarmentAttributes> attributes) {
        if (photos.size() != attributes.size()) {
            throw new IllegalArgumentException(
                    photos.size() + " photos with " + attributes.size() + " attributes, expected one for each");
        }
        StructureNetConfig config = net.config();
        int cells = config.fieldSide() * config.fieldSide();
        List<StructureQuery> queries = new ArrayList<>(photos.size());
        inBatches(photos.size(), (tape, from, to) -> {
            List<GarmentAttributes> told = attributes.subList(from, to);
            float[] values = inputs(photos.subList(from, to));
            StructureNet.Wild wild = net.wild(
                    tape,
                    TowerTensors.photos(tape, net, values),
                    TowerTensors.rows(tape, AttributeVocabulary.encode(told)));
            float[] embeddings = HostArrays.read(
                    WholeEmbeddings.photos(tape, net, values, wild).value());
            float[] fields = HostArrays.read(wild.readField().value());
            float[] logits = HostArrays.read(wild.attributes().value());
            for (int i = 0; i < told.size(); i++) {
                SignedDistanceField field =
                        FieldPatches.read(fields, i * cells, config.fieldSide(), config.fieldLimit());
                queries.add(new StructureQuery(
                        Arrays.copyOfRange(embeddings, i * dimension(), (i + 1) * dimension()),
                        Optional.of(field.resize(StandardFrame.FIELD_SIDE)),
                        AttributeVocabulary.complete(told.get(i), AttributeVocabulary.decode(logits, i, SURE))));
            }
        });
        return queries;
    }

    /** Attributes predicted from photos alone; UNKNOWN where the probability is below {@code confidence}. */
    public List<GarmentAttributes> predictAttributes(List<RgbImage> photos, double confidence) {
        List<GarmentAttributes> out = new ArrayList<>(photos.size());
        inBatches(photos.size(), (tape, from, to) -> {
            var input = TowerTensors.photos(tape, net, inputs(photos.subList(from, to)));
            float[] logits = HostArrays.read(net.attributes(tape, input).value());
            for (int i = 0; i < to - from; i++) {
                out.add(AttributeVocabulary.decode(logits, i, confidence));
            }
        });
        return out;
    }

    @Override
    public List<float[]> encodeStandards(List<RgbImage> standards, List<Silhouette> silhouettes) {
        if (standards.size() != silhouettes.size()) {
            throw new IllegalArgumentException(standards.size() + " standard images with " + silhouettes.size()
                    + " silhouettes, expected one for each");
        }
        StandardInput input = new StandardInput(net.config().standard().side());
        List<float[]> out = new ArrayList<>(standards.size());
        inBatches(standards.size(), (tape, from, to) -> {
            float[] values = new float[(to - from) * input.length()];
            for (int i = from; i < to; i++) {
                input.write(standards.get(i), silhouettes.get(i), values, (i - from) * input.length());
            }
            float[] e =
                    HostArrays.read(WholeEmbeddings.standards(tape, net, values).value());
            for (int i = 0; i < to - from; i++) {
                out.add(Arrays.copyOfRange(e, i * dimension(), (i + 1) * dimension()));
            }
        });
        return out;
    }

    private float[] inputs(List<RgbImage> photos) {
        PhotoInput input = new PhotoInput(net.config().wild().side());
        float[] values = new float[photos.size() * input.length()];
        for (int i = 0; i < photos.size(); i++) {
            input.write(photos.get(i), values, i * input.length());
        }
        return values;
    }

    private interface Body {
        void run(Tape tape, int from, int to);
    }

    private void inBatches(int count, Body body) {
        TensorPool borrowed = pools.poll();
        TensorPool pool = borrowed == null ? new TensorPool() : borrowed;
        try {
            for (int from = 0; from < count; from += BATCH) {
                try (Tape tape = Tape.inference(kernels, pool)) {
                    body.run(tape, from, Math.min(count, from + BATCH));
                }
            }
        } finally {
            pools.add(pool);
        }
    }

    /** Frees the network; no call may be running. */
    @Override
    public void close() {
        TensorPool pool = pools.poll();
        while (pool != null) {
            pool.close();
            pool = pools.poll();
        }
        net.close();
    }
}
