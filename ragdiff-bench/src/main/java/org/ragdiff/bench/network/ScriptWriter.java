package org.ragdiff.bench.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Storage;

/**
 * The lines of a TorchScript function and what is known of its variables: which of them holds a storage of
 * the graph, and as what. A storage's value is either rows, in the shape of the operand, or a feature map
 * [N, C, H, W]; the other form is a line more, and in channels_last only a view. Every value has a variable
 * of its own, which TorchScript frees after its last use. Not thread-safe.
 */
final class ScriptWriter {
    /**
     * A variable.
     *
     * @param isMap whether it is a feature map [N, C, H, W], {@code shape} being [N, H, W, C]
     * @param shape of the rows, else
     */
    record Value(String name, boolean isMap, long[] shape) {
        static Value map(String name, long... shape) {
            return new Value(name, true, shape);
        }

        static Value rows(String name, long... shape) {
            return new Value(name, false, shape);
        }

        /** Whether it is a map of as many channels and samples as rows of this operand have. */
        boolean isMapOf(Operand o) {
            return isMap
                    && o.isWhole()
                    && o.channels() == shape[3]
                    && (o.rank() == 4 ? Arrays.equals(o.shape(), shape) : o.size(0) == shape[0]);
        }
    }

    private final TorchLayout layout;
    private final StringBuilder text = new StringBuilder();
    private final Map<Storage, Value> values = new HashMap<>();
    /** Other forms of values, by what they are computed by. */
    private final Map<String, String> forms = new HashMap<>();

    private int variables;

    ScriptWriter(TorchLayout layout) {
        this.layout = layout;
    }

    /** A new variable. */
    String line(String expression) {
        String name = "v" + variables++;
        text.append("  ").append(name).append(" = ").append(expression).append('\n');
        return name;
    }

    /** What a storage holds from now on. */
    void define(Storage storage, Value value) {
        values.put(storage, value);
    }

    Value value(Storage storage) {
        Value v = values.get(storage);
        if (v == null) {
            throw new IllegalStateException(storage + " is read before it is written");
        }
        return v;
    }

    /** A variable of the operand's shape. */
    String rows(Operand o) {
        Value v = value(o.storage());
        if (!v.isMap && Arrays.equals(v.shape, o.shape())) {
            return v.name;
        }
        String rows = v.isMap ? form("torch.permute(%s, [0, 2, 3, 1])".formatted(v.name)) : v.name;
        if (!o.isWhole()) {
            String flat = form("torch.reshape(%s, [-1])".formatted(rows));
            rows = form("torch.narrow(%s, 0, %d, %d)".formatted(flat, o.offset(), o.length()));
        }
        return form("torch.reshape(%s, %s)".formatted(rows, Arrays.toString(o.shape())));
    }

    /** A variable with the operand, whose shape is [N, H, W, C], as [N, C, H, W] in the layout. */
    String map(Operand o) {
        Value v = value(o.storage());
        return v.isMapOf(o) ? v.name : mapOfRows(rows(o));
    }

    /** Rows of shape [N, H, W, C] as [N, C, H, W] in the layout. */
    String mapOfRows(String rows) {
        String map = form("torch.permute(%s, [0, 3, 1, 2])".formatted(rows));
        return layout == TorchLayout.CHANNELS_FIRST ? form(map + ".contiguous()") : map;
    }

    private String form(String expression) {
        return forms.computeIfAbsent(expression, this::line);
    }

    /** The lines so far. */
    String text() {
        return text.toString();
    }
}
