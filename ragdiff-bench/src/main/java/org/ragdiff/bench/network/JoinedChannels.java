package org.ragdiff.bench.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.bench.network.ScriptWriter.Value;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.plan.Storage;

/**
 * Copies of channels as {@code torch.narrow} and {@code torch.cat}: a storage that is written piece by piece
 * is one concatenation, at the place of its last piece.
 */
final class JoinedChannels {
    private record Piece(Operand source, int from, int count) {
        boolean isWhole() {
            return from == 0 && count == source.channels();
        }
    }

    private final ScriptWriter writer;
    private final Map<Storage, List<Piece>> pieces = new HashMap<>();

    JoinedChannels(ScriptWriter writer) {
        this.writer = writer;
    }

    /** The next copy; its pieces must come in the order of channels. */
    void add(Node node, Op.CopyChannels copy) {
        Operand out = node.out();
        List<Piece> parts = pieces.computeIfAbsent(out.storage(), s -> new ArrayList<>());
        int written = parts.stream().mapToInt(Piece::count).sum();
        if (!out.isWhole() || copy.to() != written) {
            throw new IllegalArgumentException("copies into " + out.storage() + " are not in order: " + node);
        }
        parts.add(new Piece(node.in(Slot.X), copy.from(), copy.count()));
        if (written + copy.count() == out.channels()) {
            pieces.remove(out.storage());
            writer.define(out.storage(), joined(parts, out));
        }
    }

    private Value joined(List<Piece> parts, Operand out) {
        long[] first = mapOf(parts.get(0));
        boolean maps = first != null;
        for (Piece p : parts) {
            long[] m = mapOf(p);
            maps = maps && m != null && m[0] == first[0] && m[1] == first[1] && m[2] == first[2];
        }
        List<String> names = new ArrayList<>();
        for (Piece p : parts) {
            String all = maps ? writer.value(p.source.storage()).name() : writer.rows(p.source);
            names.add(
                    p.isWhole()
                            ? all
                            : writer.line(
                                    "torch.narrow(%s, %d, %d, %d)".formatted(all, maps ? 1 : -1, p.from, p.count)));
        }
        String name = names.size() == 1
                ? names.get(0)
                : writer.line("torch.cat([%s], %d)".formatted(String.join(", ", names), maps ? 1 : -1));
        return maps ? Value.map(name, first[0], first[1], first[2], out.channels()) : Value.rows(name, out.shape());
    }

    /** Sizes of the map whose cells are the piece's rows, or null. */
    private long[] mapOf(Piece p) {
        Value v = writer.value(p.source.storage());
        boolean cells = v.isMap() && p.source.isWhole() && p.source.channels() == v.shape()[3];
        return cells ? v.shape() : null;
    }
}
