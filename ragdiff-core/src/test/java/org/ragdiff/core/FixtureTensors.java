package org.ragdiff.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Golden tensors of a safetensors resource as float64, read without any code under test. */
public final class FixtureTensors {
    private final ByteBuffer data;
    private final JsonNode header;

    private FixtureTensors(ByteBuffer data, JsonNode header) {
        this.data = data;
        this.header = header;
    }

    public static FixtureTensors resource(Class<?> owner, String path) {
        try (InputStream in = owner.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource " + path);
            }
            return parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static FixtureTensors file(Path path) {
        try {
            return parse(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FixtureTensors parse(byte[] bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(all.getLong());
        byte[] json = new byte[length];
        all.get(json);
        return new FixtureTensors(all.slice().order(ByteOrder.LITTLE_ENDIAN), new ObjectMapper().readTree(json));
    }

    public static JsonNode json(Class<?> owner, String path) {
        try (InputStream in = owner.getResourceAsStream(path)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean has(String name) {
        return header.has(name);
    }

    public int[] shape(String name) {
        JsonNode shape = entry(name).get("shape");
        int[] out = new int[shape.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = shape.get(i).asInt();
        }
        return out;
    }

    /** All values, in row-major order. */
    public double[] values(String name) {
        JsonNode e = entry(name);
        int n = Arrays.stream(shape(name)).reduce(1, Math::multiplyExact);
        int at = e.get("data_offsets").get(0).asInt();
        String type = e.get("dtype").asText();
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = switch (type) {
                case "F64" -> data.getDouble(at + 8 * i);
                case "F32" -> data.getFloat(at + 4 * i);
                case "I64" -> data.getLong(at + 8 * i);
                case "I32" -> data.getInt(at + 4 * i);
                case "U8", "BOOL" -> data.get(at + i) & 0xff;
                default -> throw new IllegalArgumentException("dtype " + type + " of " + name);
            };
        }
        return out;
    }

    /** A matrix as rows. */
    public double[][] rows(String name) {
        int[] shape = shape(name);
        double[] v = values(name);
        double[][] out = new double[shape[0]][];
        for (int i = 0; i < shape[0]; i++) {
            out[i] = Arrays.copyOfRange(v, i * shape[1], (i + 1) * shape[1]);
        }
        return out;
    }

    private JsonNode entry(String name) {
        JsonNode e = header.get(name);
        if (e == null) {
            throw new IllegalArgumentException("fixture has no tensor " + name);
        }
        return e;
    }
}
