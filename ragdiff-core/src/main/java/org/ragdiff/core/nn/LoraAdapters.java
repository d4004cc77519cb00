package org.ragdiff.core.nn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.tensor.Kernels;

/**
 * Low-rank adapters (LoRA, Hu et al. 2021) of the linear layers of a network, which does not know of them: its own
 * parameters, their names and values stay as they are. Names are diffusers' of a pipeline with PEFT, such as {@code
 * unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight}; rank and alpha are in the metadata. Attach,
 * merge and close them while nobody uses the network, and before it is compiled. A layer has one adapter at a time.
 */
public final class LoraAdapters extends Module {
    /** Where diffusers keeps PEFT's configuration in a file's metadata, as JSON. */
    private static final String METADATA = "lora_adapter_metadata";

    private static final String FORMAT = "format";
    /** Of {@link #metadata}. */
    public static final Set<String> METADATA_KEYS = Set.of(FORMAT, METADATA);

    private static final String NETWORK = "unet.";
    private static final String PEFT = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LoraOptions options;
    private final Map<String, Linear> layers = new LinkedHashMap<>();

    private LoraAdapters(LoraOptions options) {
        this.options = options;
    }

    /**
     * Attaches new adapters, with which the network computes the same as without.
     *
     * @throws IllegalArgumentException if a pattern matches no linear layer; lists close names
     */
    public static LoraAdapters attach(SplittableRandom random, Module network, LoraOptions options) {
        Map<String, Linear> all = network.parts(Linear.class);
        List<NamePattern> patterns =
                options.match().stream().map(NamePattern::of).toList();
        patterns.forEach(p -> p.requireMatch("the low-rank adapters", all.keySet()));
        LoraAdapters adapters = new LoraAdapters(options);
        try {
            all.forEach((name, layer) -> {
                if (patterns.stream().anyMatch(p -> p.matches(name))) {
                    adapters.add(name, layer, random, options.rank());
                }
            });
        } catch (RuntimeException e) {
            adapters.close();
            throw e;
        }
        return adapters;
    }

    /**
     * Attaches adapters of a file that {@link #metadata} describes, diffusers or PEFT have written: keys may begin with
     * {@code unet.} or {@code base_model.model.}. Where there is no alpha, it is the rank.
     *
     * @throws IllegalArgumentException if the file has no adapters, or one of a layer that the network has not
     */
    public static LoraAdapters load(Path file, Module network) throws IOException {
        Map<String, Linear> all = network.parts(Linear.class);
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            Map<String, String> keys = new TreeMap<>();
            for (String key : f.names()) {
                if (key.endsWith(A)) {
                    String layer = key.substring(0, key.length() - A.length());
                    layer = layer.startsWith(PEFT) ? layer.substring(PEFT.length()) : layer;
                    keys.put(layer.startsWith(NETWORK) ? layer.substring(NETWORK.length()) : layer, key);
                }
            }
            if (keys.isEmpty()) {
                throw new IllegalArgumentException(file + " holds no low-rank adapters: none of its "
                        + f.names().size() + " names ends with " + A);
            }
            int rank = 0;
            for (String layer : keys.keySet()) {
                NamePattern.of(layer).requireMatch("the adapters of " + file, all.keySet());
                rank = Math.max(rank, rank(f, keys.get(layer)));
            }
            LoraOptions options = new LoraOptions(rank, alpha(f, rank), List.copyOf(keys.keySet()));
            LoraAdapters adapters = new LoraAdapters(options);
            try {
                for (Map.Entry<String, String> e : keys.entrySet()) {
                    adapters.read(f, e.getKey(), e.getValue(), all.get(e.getKey()));
                }
            } catch (IOException | RuntimeException e) {
                adapters.close();
                throw e;
            }
            return adapters;
        }
    }

    private static int rank(SafetensorsFile f, String key) throws IOException {
        long[] shape = f.info(key).shape();
        if (shape.length != 2) {
            throw new IllegalArgumentException(f + ": " + key + " has shape " + Arrays.toString(shape)
                    + ", expected [rank, in] of a linear layer");
        }
        return Math.toIntExact(shape[0]);
    }

    private static double alpha(SafetensorsFile f, int rank) {
        String json = f.metadata().get(METADATA);
        if (json == null) {
            return rank;
        }
        try {
            JsonNode found = JSON.readTree(json);
            return found.path(NETWORK + "lora_alpha")
                    .asDouble(found.path("lora_alpha").asDouble(rank));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(f + ": metadata " + METADATA + " is no JSON", e);
        }
    }

    private void read(SafetensorsFile f, String name, String key, Linear layer) throws IOException {
        String other = key.substring(0, key.length() - A.length()) + ".lora_B.weight";
        if (!f.names().contains(other)) {
            throw new IllegalArgumentException(f + " has " + key + ", but not " + other);
        }
        LowRankUpdate update = add(name, layer, null, rank(f, key));
        for (Map.Entry<String, Parameter> p : update.parameters().entrySet()) {
            f.readFloat(
                    p.getKey().startsWith("lora_A") ? key : other, p.getValue().value());
        }
    }

    private LowRankUpdate add(String name, Linear layer, SplittableRandom random, int rank) {
        if (layer.update() != null) {
            throw new IllegalArgumentException(name + " has an adapter already; merge or close that first");
        }
        LowRankUpdate update =
                child(NETWORK + name, new LowRankUpdate(random, layer.weight().shape(), rank, options.alpha() / rank));
        layer.setUpdate(update);
        layers.put(name, layer);
        return update;
    }

    /** Adapted layers by their names in the network. */
    public List<String> layers() {
        return List.copyOf(layers.keySet());
    }

    /** Rank and alpha, for files. */
    public Map<String, String> metadata() {
        ObjectNode json = JSON.createObjectNode()
                .put(NETWORK + "r", options.rank())
                .put(NETWORK + "lora_alpha", options.alpha())
                .put(NETWORK + "lora_dropout", 0.0)
                .put(NETWORK + "bias", "none");
        layers.keySet().forEach(json.putArray(NETWORK + "target_modules")::add);
        return Map.of(FORMAT, "pt", METADATA, json.toString());
    }

    /** Adds all updates to the network's own weights, which then compute the same alone, and detaches the adapters. */
    public void merge(Kernels kernels) {
        layers.values().forEach(l -> l.update().addInto(l.weight().value(), kernels));
        detach();
    }

    /** The network computes as before. */
    public void detach() {
        layers.values().forEach(l -> l.setUpdate(null));
        layers.clear();
    }

    /** Detaches and frees the adapters. */
    @Override
    public void close() {
        detach();
        super.close();
    }
}
