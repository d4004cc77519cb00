package org.ragdiff.bench.peer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes an ONNX model of float32 operations, as the protocol buffers of {@code onnx.proto} (ONNX 1.15, IR 9,
 * operator set 20), of which only the fields that are needed here are known. Values are named; the caller
 * sees to it that names and shapes fit, ONNX Runtime refuses what does not.
 */
public final class OnnxGraph {
    private static final int FLOAT = 1;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /** An empty graph. */
    public OnnxGraph() {
        text(graph, 2, "graph");
    }

    /** An input that is given with each call. */
    public OnnxGraph input(String name, long... shape) {
        message(graph, 11, valueInfo(name, shape));
        return this;
    }

    /** The result. */
    public OnnxGraph output(String name, long... shape) {
        message(graph, 12, valueInfo(name, shape));
        return this;
    }

    /** A constant, which ONNX Runtime may lay out as it likes. */
    public OnnxGraph constant(String name, float[] values, long... shape) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        for (long n : shape) {
            number(tensor, 1, n);
        }
        number(tensor, 2, FLOAT);
        text(tensor, 8, name);
        ByteBuffer raw = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        bytes(tensor, 9, raw.array());
        message(graph, 5, tensor);
        return this;
    }

    /** An operation of one result, without attributes. */
    public OnnxGraph node(String operator, String output, String... inputs) {
        message(graph, 1, nodeOf(operator, output, inputs));
        return this;
    }

    /** {@code Conv} of [N, C, H, W] with the same stride and padding on all sides. */
    public OnnxGraph convolution(String output, String x, String w, String bias, int stride, int padding) {
        ByteArrayOutputStream node = nodeOf("Conv", output, x, w, bias);
        message(node, 5, integers("strides", stride, stride));
        message(node, 5, integers("pads", padding, padding, padding, padding));
        message(graph, 1, node);
        return this;
    }

    /** The model as a file holds it. */
    public byte[] toBytes() {
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        number(model, 1, 9);
        message(model, 7, graph);
        ByteArrayOutputStream operators = new ByteArrayOutputStream();
        number(operators, 2, 20);
        message(model, 8, operators);
        return model.toByteArray();
    }

    private static ByteArrayOutputStream nodeOf(String operator, String output, String... inputs) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        for (String input : inputs) {
            text(node, 1, input);
        }
        text(node, 2, output);
        text(node, 4, operator);
        return node;
    }

    private static ByteArrayOutputStream integers(String name, long... values) {
        ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        text(attribute, 1, name);
        for (long v : values) {
            number(attribute, 8, v);
        }
        number(attribute, 20, 7); // AttributeType.INTS
        return attribute;
    }

    private static ByteArrayOutputStream valueInfo(String name, long... shape) {
        ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
        for (long n : shape) {
            ByteArrayOutputStream dimension = new ByteArrayOutputStream();
            number(dimension, 1, n);
            message(dimensions, 1, dimension);
        }
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, FLOAT);
        message(tensor, 2, dimensions);
        ByteArrayOutputStream type = new ByteArrayOutputStream();
        message(type, 1, tensor);
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        text(info, 1, name);
        message(info, 2, type);
        return info;
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, (long) field << 3);
        varint(out, value);
    }

    private static void text(ByteArrayOutputStream out, int field, String value) {
        bytes(out, field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void message(ByteArrayOutputStream out, int field, ByteArrayOutputStream value) {
        bytes(out, field, value.toByteArray());
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, (long) field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
