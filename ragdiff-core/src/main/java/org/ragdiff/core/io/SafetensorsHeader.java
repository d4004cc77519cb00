package org.ragdiff.core.io;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JSON header of a safetensors file, parsed strictly: what the reference implementation
 * (huggingface/safetensors) rejects is rejected, and duplicate keys too. Immutable.
 */
final class SafetensorsHeader {
    /** The reference's limit, in bytes. */
    static final long MAX_BYTES = 100_000_000;

    /** ND4J's limit. */
    private static final int MAX_RANK = 32;

    private static final JsonFactory JSON = JsonFactory.builder()
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNumberLength(64)
                    .maxNameLength(1 << 16)
                    .maxStringLength((int) MAX_BYTES)
                    .build())
            .build();

    private final Map<String, TensorInfo> tensors;
    private final Map<String, String> metadata;

    private SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /** In the order of their data. */
    Map<String, TensorInfo> tensors() {
        return tensors;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /**
     * @param json the header
     * @param dataBytes length of what follows the header
     */
    static SafetensorsHeader parse(Path path, byte[] json, long dataBytes) throws SafetensorsException {
        int start = 0;
        while (start < json.length && " \t\r\n".indexOf(json[start]) >= 0) {
            start++;
        }
        if (start == json.length || json[start] != '{') {
            throw new SafetensorsException(path, "the header is not a JSON object; is this a safetensors file?");
        }
        List<TensorInfo> found = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (JsonParser p = JSON.createParser(new InputStreamReader(new ByteArrayInputStream(json), decoder))) {
            Set<String> names = new HashSet<>();
            p.nextToken();
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                String name = p.currentName();
                if (!names.add(name)) {
                    throw new SafetensorsException(path, "the header has the key \"" + name + "\" twice");
                }
                if (name.equals("__metadata__")) {
                    readMetadata(path, p, metadata);
                } else {
                    found.add(readTensor(path, p, name));
                }
            }
            if (p.nextToken() != null) {
                throw new SafetensorsException(path, "the header goes on after its JSON object");
            }
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(path, "the header is not UTF-8", e);
        } catch (SafetensorsException e) {
            throw e;
        } catch (IOException e) {
            throw new SafetensorsException(
                    path, "the header is not valid JSON" + where(e, found) + ": " + reason(e), e);
        }
        return new SafetensorsHeader(checked(path, found, dataBytes), metadata);
    }

    private static String where(IOException e, List<TensorInfo> before) {
        JsonLocation at = e instanceof JacksonException j ? j.getLocation() : null;
        return (at == null ? "" : " at its character " + at.getCharOffset())
                + (before.isEmpty() ? "" : " after " + before.get(before.size() - 1));
    }

    private static String reason(IOException e) {
        String message = e instanceof JacksonException j ? j.getOriginalMessage() : String.valueOf(e.getMessage());
        // What follows in brackets is Jackson's own notion of the place.
        return message.lines()
                .findFirst()
                .orElse("")
                .replaceAll("\\(start marker at .*", "")
                .strip();
    }

    private static void readMetadata(Path path, JsonParser p, Map<String, String> metadata) throws IOException {
        JsonToken token = p.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_OBJECT) {
            throw new SafetensorsException(path, "__metadata__ must be an object of strings, got " + token);
        }
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            String key = p.currentName();
            if (p.nextToken() != JsonToken.VALUE_STRING) {
                throw new SafetensorsException(
                        path, "__metadata__ entry \"" + key + "\" must be a string, got " + p.currentToken());
            }
            if (metadata.put(key, p.getText()) != null) {
                throw new SafetensorsException(path, "__metadata__ has the key \"" + key + "\" twice");
            }
        }
    }

    private static TensorInfo readTensor(Path path, JsonParser p, String name) throws IOException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new SafetensorsException(path, "a tensor's name has half a surrogate pair");
        }
        if (p.nextToken() != JsonToken.START_OBJECT) {
            throw new SafetensorsException(
                    path, "tensor \"" + name + "\": expected an object, got " + p.currentToken());
        }
        Dtype dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            String field = p.currentName();
            p.nextToken();
            boolean twice = false;
            switch (field) {
                case "dtype" -> {
                    twice = dtype != null;
                    dtype = readDtype(path, p, name);
                }
                case "shape" -> {
                    twice = shape != null;
                    shape = readNumbers(path, p, name, field, MAX_RANK);
                }
                case "data_offsets" -> {
                    twice = offsets != null;
                    offsets = readNumbers(path, p, name, field, 2);
                }
                default -> p.skipChildren();
            }
            if (twice) {
                throw new SafetensorsException(path, "tensor \"" + name + "\" has " + field + " twice");
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw new SafetensorsException(
                    path, "tensor \"" + name + "\" needs dtype, shape and data_offsets [begin, end]");
        }
        return new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static Dtype readDtype(Path path, JsonParser p, String name) throws IOException {
        if (p.currentToken() == JsonToken.VALUE_STRING) {
            for (Dtype d : Dtype.values()) {
                if (d.name().equals(p.getText())) {
                    return d;
                }
            }
        }
        throw new SafetensorsException(
                path,
                "tensor \"" + name + "\" has the unknown dtype " + p.getText() + ", expected one of "
                        + Arrays.toString(Dtype.values()));
    }

    private static long[] readNumbers(Path path, JsonParser p, String name, String field, int most) throws IOException {
        if (p.currentToken() != JsonToken.START_ARRAY) {
            throw new SafetensorsException(
                    path, "tensor \"" + name + "\": " + field + " must be an array, got " + p.currentToken());
        }
        long[] values = new long[most];
        int n = 0;
        while (p.nextToken() != JsonToken.END_ARRAY) {
            if (n == most) {
                throw new SafetensorsException(
                        path, "tensor \"" + name + "\": " + field + " has more than " + most + " numbers");
            }
            String text = p.currentToken() == JsonToken.VALUE_NUMBER_INT ? p.getText() : "-";
            if (text.startsWith("-")
                    || text.length() > 19
                    || (text.length() == 19 && text.compareTo("9223372036854775807") > 0)) {
                throw new SafetensorsException(
                        path,
                        "tensor \"" + name + "\": " + field + " must hold integers from 0 to 2^63-1, got "
                                + p.getText());
            }
            values[n++] = Long.parseLong(text);
        }
        return Arrays.copyOf(values, n);
    }

    private static Map<String, TensorInfo> checked(Path path, List<TensorInfo> found, long dataBytes)
            throws SafetensorsException {
        found.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        long covered = 0;
        for (TensorInfo t : found) {
            if (t.begin() != covered || t.end() < t.begin()) {
                throw new SafetensorsException(
                        path,
                        t + ": expected to begin at byte " + covered + " (no gap, no overlap) and not to end before");
            }
            long bits;
            try {
                bits = Math.multiplyExact(t.length(), t.dtype().bits());
            } catch (ArithmeticException e) {
                throw new SafetensorsException(path, t + ": its shape has too many elements", e);
            }
            if (bits % 8 != 0 || bits / 8 != t.end() - t.begin()) {
                throw new SafetensorsException(
                        path,
                        t + ": its shape needs " + bits / 8.0 + " bytes, its offsets give " + (t.end() - t.begin()));
            }
            covered = t.end();
            tensors.put(t.name(), t);
        }
        if (covered != dataBytes) {
            String last = found.isEmpty() ? "there is no tensor" : "the last is " + found.get(found.size() - 1);
            throw new SafetensorsException(
                    path,
                    "the tensors take " + covered + " bytes, the file has " + dataBytes + " (" + last
                            + "); it is cut short or has something appended: fetch or write it again");
        }
        return tensors;
    }
}
