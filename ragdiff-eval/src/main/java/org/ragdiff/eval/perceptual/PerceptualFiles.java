package org.ragdiff.eval.perceptual;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.TensorSource;

/**
 * LPIPS and DISTS of the user's weights, in safetensors files: torchvision's ({@code features.0.weight}) or those of
 * the whole metric ({@code net.slice1.0.weight}, {@code stage1.0.weight}), and the heads ({@code lin0.model.1.weight})
 * or {@code alpha} and {@code beta}, in one file or several. Buffers and classifiers beside them are left out; every
 * other name, and every one that is missing, is reported.
 */
public final class PerceptualFiles {
    private static final Pattern LEFT_OUT = Pattern.compile(
            "classifier\\..*|(?:net\\.)?scaling_layer\\..*|mean|std|stage\\d+\\.\\d+\\.filter|.*num_batches_tracked");
    private static final Pattern CONVOLUTION =
            Pattern.compile("(?:features|(?:net\\.)?slice\\d+|stage\\d+)\\.(\\d+\\.(?:\\w+\\.)?(?:weight|bias))");
    private static final Pattern HEAD = Pattern.compile("(?:lin|lins\\.)(\\d+)(?:\\.model\\.[01])?\\.weight");

    private PerceptualFiles() {}

    /** The layouts of LPIPS by the names of the reference code: alex, vgg, squeeze. */
    public static Backbone lpipsBackbone(String net) {
        return switch (net) {
            case "alex" -> Backbone.alex();
            case "vgg" -> Backbone.vgg16();
            case "squeeze" -> Backbone.squeeze();
            default ->
                throw new IllegalArgumentException(
                        "LPIPS has no layout called \"" + net + "\", known are alex, vgg and squeeze");
        };
    }

    /**
     * LPIPS 0.1.
     *
     * @param net alex, vgg or squeeze
     * @param networks what computes the backbone, such as {@code ExactNetwork::new}
     * @param files network and heads
     * @return to be closed
     * @throws IOException if a file is broken, or listing every weight that is missing, not known, given twice or of
     *     another shape
     */
    public static Lpips lpips(String net, NetworkFactory networks, List<Path> files) throws IOException {
        Backbone backbone = lpipsBackbone(net);
        Map<String, long[]> heads = new LinkedHashMap<>();
        for (int i = 0; i < backbone.stageChannels().size(); i++) {
            heads.put("lin" + i, new long[] {1, backbone.stageChannels().get(i), 1, 1});
        }
        BackboneWeights weights = read("LPIPS " + net, backbone, heads, files);
        List<double[]> rows = heads.keySet().stream()
                .map(name -> widen(weights.values().get(name)))
                .toList();
        return new Lpips("lpips/" + net, weights.fingerprint(), networks.open(backbone, weights), rows);
    }

    /** DISTS; as {@link #lpips}, of VGG-16's weights, alpha and beta. */
    public static Dists dists(NetworkFactory networks, List<Path> files) throws IOException {
        Backbone backbone = Backbone.vgg16Smooth();
        long channels = 3
                + backbone.stageChannels().stream().mapToInt(Integer::intValue).sum();
        Map<String, long[]> factors = new LinkedHashMap<>();
        factors.put("alpha", new long[] {1, channels, 1, 1});
        factors.put("beta", new long[] {1, channels, 1, 1});
        BackboneWeights weights = read("DISTS", backbone, factors, files);
        return new Dists(
                "dists",
                weights.fingerprint(),
                networks.open(backbone, weights),
                widen(weights.values().get("alpha")),
                widen(weights.values().get("beta")));
    }

    /** Makes the network of a backbone. */
    @FunctionalInterface
    public interface NetworkFactory {
        StageNetwork open(Backbone backbone, BackboneWeights weights);
    }

    private static BackboneWeights read(String metric, Backbone backbone, Map<String, long[]> more, List<Path> files)
            throws IOException {
        Map<String, long[]> expected = new LinkedHashMap<>(backbone.shapes());
        expected.putAll(more);
        Map<String, float[]> found = new LinkedHashMap<>();
        Map<String, Path> origin = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try (TensorSource source = TensorSource.open(file)) {
                for (String name : source.names()) {
                    if (LEFT_OUT.matcher(name).matches()) {
                        continue;
                    }
                    String own = ownName(name).filter(expected::containsKey).orElse(null);
                    long[] shape = source.info(name).shape();
                    if (own == null) {
                        problems.add(file.getFileName() + ": " + name + " is not known");
                    } else if (!Arrays.equals(shape, expected.get(own))) {
                        problems.add(file.getFileName() + ": " + name + " has shape " + Arrays.toString(shape)
                                + ", expected " + Arrays.toString(expected.get(own)));
                    } else if (origin.containsKey(own) && !origin.get(own).equals(file)) {
                        problems.add(
                                name + " is in " + origin.get(own).getFileName() + " and in " + file.getFileName());
                    } else if (origin.put(own, file) == null) {
                        try (INDArray values = source.readFloat(name)) {
                            found.put(own, FloatMemory.toArray(values));
                        }
                    }
                }
            }
        }
        TreeSet<String> missing = new TreeSet<>(expected.keySet());
        missing.removeAll(origin.keySet());
        missing.forEach(name -> problems.add(name + " is missing"));
        if (!problems.isEmpty()) {
            throw new IOException(metric + " needs the weights of " + backbone.name() + " and "
                    + String.join(", ", more.keySet()) + "; in " + files + ": " + String.join("; ", problems));
        }
        Map<String, float[]> ordered = new LinkedHashMap<>();
        expected.keySet().forEach(name -> ordered.put(name, found.get(name)));
        return new BackboneWeights(ordered);
    }

    private static Optional<String> ownName(String name) {
        Matcher convolution = CONVOLUTION.matcher(name);
        if (convolution.matches()) {
            return Optional.of("features." + convolution.group(1));
        }
        Matcher head = HEAD.matcher(name);
        if (head.matches()) {
            return Optional.of("lin" + head.group(1));
        }
        return Optional.of(name);
    }

    private static double[] widen(float[] v) {
        double[] out = new double[v.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = v[i];
        }
        return out;
    }
}
