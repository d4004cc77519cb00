package org.ragdiff.diffusion.diffusers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A {@code config.json} read key by key. Absent keys take the default; bad values and keys that nobody
 * asked for are collected and thrown together by {@link #build}. Not thread-safe.
 */
public final class StrictConfig {
    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_BLOCKS = 16;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ObjectNode node;
    private final String source;
    private final Set<String> unread = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    private StrictConfig(ObjectNode node, String source) {
        this.node = node;
        this.source = source;
        node.fieldNames().forEachRemaining(unread::add);
    }

    /** @throws CheckpointException if there is no such file, it is over 1 MB or no JSON object */
    public static StrictConfig read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException("no " + file + ": a diffusers folder holds its configuration there");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new CheckpointException(
                    file + " has " + Files.size(file) + " bytes, a configuration has at most " + MAX_BYTES);
        }
        return parse(Files.readString(file), file.toString());
    }

    /** As {@link #read}, for a file whose keys are open. */
    static JsonNode readObject(Path file) throws IOException {
        return read(file).node;
    }

    /** @param source named in errors */
    public static StrictConfig parse(String json, String source) throws CheckpointException {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return new StrictConfig(object, source);
            }
        } catch (JsonProcessingException e) {
            throw new CheckpointException(source + " is not valid JSON: " + e.getOriginalMessage(), e);
        }
        throw new CheckpointException(source + " holds no JSON object");
    }

    /** An empty object to be filled and written by {@link #toText}. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** JSON as diffusers writes it: indented, a line break at the end. */
    public static String toText(JsonNode node) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + node, e);
        }
    }

    /** Keys that do not change the network. */
    public StrictConfig ignore(String... keys) {
        unread.removeAll(Arrays.asList(keys));
        return this;
    }

    /** Keys by which a file says what wrote it; {@code _class_name}, if given, must be this one. */
    public StrictConfig className(String expected) {
        only("_class_name", expected);
        return ignore("_diffusers_version", "_name_or_path", "_use_default_values", "_commit_hash");
    }

    /** The key must be absent or one of these; null stands for JSON's null. */
    public StrictConfig only(String key, Object... allowed) {
        if (present(key)) {
            JsonNode v = node.get(key);
            boolean fits = Arrays.stream(allowed).anyMatch(a -> matches(v, a));
            if (!fits) {
                problem(key, "works with " + (allowed.length == 1 ? "" : "one of ") + list(allowed));
            }
        }
        return this;
    }

    private static boolean matches(JsonNode v, Object allowed) {
        if (allowed == null) {
            return v.isNull();
        }
        if (allowed instanceof Number n) {
            return v.isNumber() && v.doubleValue() == n.doubleValue();
        }
        return v.isValueNode() && v.asText().equals(allowed.toString()) && v.isTextual() == allowed instanceof String;
    }

    private static String list(Object[] allowed) {
        List<String> parts = new ArrayList<>();
        for (Object a : allowed) {
            parts.add(a instanceof String ? "\"" + a + "\"" : String.valueOf(a));
        }
        return String.join(", ", parts);
    }

    /** Whether the key is there, be it null. */
    public boolean present(String key) {
        unread.remove(key);
        return node.has(key);
    }

    /** As {@link #present}, but does not count as reading it. */
    public boolean has(String key) {
        return node.has(key);
    }

    /** Whether the key holds an object. */
    public boolean isObject(String key) {
        return node.path(key).isObject();
    }

    /** Whether the key holds a list. */
    public boolean isList(String key) {
        return node.path(key).isArray();
    }

    /** Whether the key holds a list with this text. */
    public boolean contains(String key, String text) {
        for (JsonNode e : node.path(key)) {
            if (e.isTextual() && e.textValue().equals(text)) {
                return true;
            }
        }
        return false;
    }

    /**
     * An object inside, to be built on its own.
     *
     * @throws CheckpointException if there is none
     */
    public StrictConfig nested(String key) throws CheckpointException {
        if (present(key) && node.get(key) instanceof ObjectNode inner) {
            return new StrictConfig(inner, source + ", " + key);
        }
        throw new CheckpointException(source + ": " + key + " must be an object");
    }

    /** Whether the key is there and not null. */
    public boolean given(String key) {
        return present(key) && !node.get(key).isNull();
    }

    public int integer(String key, int fallback, int min, int max) {
        if (!present(key)) {
            return fallback;
        }
        JsonNode v = node.get(key);
        if (!v.isIntegralNumber() || !v.canConvertToInt() || v.intValue() < min || v.intValue() > max) {
            problem(key, "must be a whole number in [" + min + ", " + max + "]");
            return fallback;
        }
        return v.intValue();
    }

    public double number(String key, double fallback, double min, double max) {
        if (!present(key)) {
            return fallback;
        }
        JsonNode v = node.get(key);
        if (!v.isNumber() || !(v.doubleValue() >= min && v.doubleValue() <= max)) {
            problem(key, "must be a number in [" + min + ", " + max + "]");
            return fallback;
        }
        return v.doubleValue();
    }

    public boolean bool(String key, boolean fallback) {
        if (!present(key)) {
            return fallback;
        }
        if (!node.get(key).isBoolean()) {
            problem(key, "must be true or false");
            return fallback;
        }
        return node.get(key).booleanValue();
    }

    /** A text; to be limited by {@link #only}. */
    public String text(String key, String fallback) {
        return present(key) && node.get(key).isTextual() ? node.get(key).textValue() : fallback;
    }

    /** A list of whole numbers. */
    public List<Integer> integers(String key, List<Integer> fallback, int min, int max) {
        if (!present(key)) {
            return fallback;
        }
        List<Integer> out = elements(
                key,
                v -> v.isIntegralNumber() && v.canConvertToInt() && v.intValue() >= min && v.intValue() <= max,
                "must be a list of whole numbers in [" + min + ", " + max + "]",
                JsonNode::intValue);
        return out == null ? fallback : out;
    }

    /** A list of {@code count} numbers. */
    public double[] numbers(String key, double[] fallback, int count, double min, double max) {
        if (!present(key)) {
            return fallback;
        }
        List<Double> out = elements(
                key,
                v -> v.isNumber() && v.doubleValue() >= min && v.doubleValue() <= max,
                "must be a list of " + count + " numbers in [" + min + ", " + max + "]",
                JsonNode::doubleValue);
        if (out != null && out.size() != count) {
            problem(key, "must be a list of " + count + " numbers");
        }
        return out == null || out.size() != count
                ? fallback
                : out.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** A whole number for all blocks or a list of one for each. */
    public List<Integer> perBlock(String key, int fallback, int blocks, int min, int max) {
        List<Integer> same = new ArrayList<>();
        boolean one = !present(key) || !node.get(key).isArray();
        int value = one ? integer(key, fallback, min, max) : fallback;
        for (int i = 0; i < blocks; i++) {
            same.add(value);
        }
        if (one) {
            return same;
        }
        List<Integer> each = integers(key, same, min, max);
        if (each.size() != blocks) {
            problem(key, "must be a number or a list of one for each of the " + blocks + " blocks");
            return same;
        }
        return each;
    }

    /** A list of names, each one of {@code allowed}. */
    public List<String> names(String key, List<String> fallback, String... allowed) {
        if (!present(key)) {
            return fallback;
        }
        List<String> out = elements(
                key,
                v -> v.isTextual() && Arrays.asList(allowed).contains(v.textValue()),
                "works with a list of " + list(allowed),
                JsonNode::textValue);
        return out == null ? fallback : out;
    }

    private <T> List<T> elements(String key, Predicate<JsonNode> fits, String otherwise, Function<JsonNode, T> value) {
        JsonNode v = node.get(key);
        List<T> out = new ArrayList<>();
        boolean good = v.isArray() && !v.isEmpty() && v.size() <= MAX_BLOCKS;
        if (good) {
            for (JsonNode e : v) {
                if (good &= fits.test(e)) {
                    out.add(value.apply(e));
                }
            }
        }
        if (!good) {
            problem(key, otherwise);
            return null;
        }
        return out;
    }

    /** Adds a problem with the value of a key. */
    public void problem(String key, String expected) {
        String found = String.valueOf(node.get(key));
        problems.add(key + " is " + (found.length() > 80 ? found.substring(0, 80) + "…" : found) + ", but " + expected);
    }

    /**
     * The configuration, if there was no problem.
     *
     * @param make may refuse what does not fit together with an IllegalArgumentException
     * @throws CheckpointException listing all problems
     */
    public <T> T build(Supplier<T> make) throws CheckpointException {
        for (String key : unread) {
            problems.add("unknown key " + key + ": remove it if the network does not depend on it");
        }
        if (!problems.isEmpty()) {
            throw new CheckpointException(source + ": " + String.join("; ", problems));
        }
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(source + ": " + e.getMessage(), e);
        }
    }
}
