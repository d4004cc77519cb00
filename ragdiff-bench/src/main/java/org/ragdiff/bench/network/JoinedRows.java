package org.ragdiff.bench.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.bench.network.ScriptWriter.Value;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Storage;

/** Operations that write some samples of a batch: their results are one {@code torch.cat} once all are there. */
final class JoinedRows {
    private record Part(Value value, long from, long samples) {}

    private final ScriptWriter writer;
    private final Map<Storage, List<Part>> parts = new HashMap<>();

    JoinedRows(ScriptWriter writer) {
        this.writer = writer;
    }

    /**
     * The next part; parts come in the order of samples.
     *
     * @param value of the operation, in the form of its output
     */
    void add(Node node, Value value) {
        Operand out = node.out();
        List<Part> written = parts.computeIfAbsent(out.storage(), s -> new ArrayList<>());
        long sample = out.length() / out.size(0);
        long before = written.stream().mapToLong(Part::samples).sum();
        if (out.offset() != before * sample) {
            throw new IllegalArgumentException("samples are not written in order: " + node);
        }
        written.add(new Part(value, before, out.size(0)));
        long all = before + out.size(0);
        if (all * sample == out.storage().floats()) {
            parts.remove(out.storage());
            writer.define(out.storage(), joined(written, all));
        }
    }

    private Value joined(List<Part> written, long samples) {
        Value first = written.get(0).value();
        List<String> names = new ArrayList<>();
        for (Part p : written) {
            if (p.value().isMap() != first.isMap()) {
                throw new IllegalArgumentException("samples of one array are maps and rows");
            }
            names.add(p.value().name());
        }
        long[] shape = first.shape().clone();
        shape[0] = samples;
        return new Value(writer.line("torch.cat([" + String.join(", ", names) + "], 0)"), first.isMap(), shape);
    }
}
