package org.ragdiff.core.plan;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * One operation with its operands. Immutable.
 *
 * @param in without optional operands that are absent
 */
public record Node(Op op, Map<Slot, Operand> in, Operand out) {
    public Node {
        EnumMap<Slot, Operand> copy = new EnumMap<>(Slot.class);
        in.forEach((slot, operand) -> {
            if (operand != null) {
                copy.put(slot, operand);
            }
        });
        in = Collections.unmodifiableMap(copy);
    }

    /** The operand, or null. */
    public Operand in(Slot slot) {
        return in.get(slot);
    }

    public boolean reads(Storage storage) {
        return in.values().stream().anyMatch(o -> o.storage() == storage);
    }

    Node withOp(Op other) {
        return new Node(other, in, out);
    }

    Node with(Slot slot, Operand operand) {
        EnumMap<Slot, Operand> changed = new EnumMap<>(Slot.class);
        changed.putAll(in);
        changed.put(slot, operand);
        return new Node(op, changed, out);
    }

    Node to(Operand target) {
        return new Node(op, in, target);
    }
}
