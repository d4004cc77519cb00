package org.ragdiff.core.plan;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;

/**
 * Rewrites a graph so that what follows a product is part of it: activations, residual sums and gates that
 * alone read a convolution's or linear layer's result; doubling before a convolution; a row added before a
 * group normalisation. The results differ from the graph's by rounding only.
 */
public final class Fusions {
    private final Graph graph;
    private final List<Node> nodes;

    private Fusions(Graph graph) {
        this.graph = graph;
        this.nodes = new ArrayList<>(graph.nodes());
    }

    /** The fused graph, over the same storages, inputs and outputs. */
    public static Graph apply(Graph graph) {
        Fusions f = new Fusions(graph);
        for (int i = 0; i < f.nodes.size(); i++) {
            i -= f.fuseInto(i) ? 1 : 0;
        }
        return graph.withNodes(f.nodes);
    }

    /** Tries to make node {@code i} part of the one that computes its operand; true if it is gone. */
    private boolean fuseInto(int i) {
        Node node = nodes.get(i);
        if (node.op() instanceof Op.Activate a) {
            return fuseActivation(i, node, a.activation());
        }
        if (node.op() instanceof Op.Geglu) {
            return fuseGate(i, node);
        }
        if (node.op() instanceof Op.Axpby sum && sum.alpha() == 1 && sum.beta() == 1) {
            return fuseSum(i, node);
        }
        if (node.op() instanceof Op.Conv2d c && !c.upsampled()) {
            return fuseUpsampling(i, node, c);
        }
        if (node.op() instanceof Op.GroupNorm && node.in(Slot.ROW) == null) {
            return fuseRow(i, node);
        }
        return false;
    }

    private boolean fuseActivation(int i, Node node, Activation activation) {
        int p = producer(node.in(Slot.X), i);
        Node product = p < 0 ? null : nodes.get(p);
        if (product == null || product.in(Slot.OTHER) != null) {
            return false;
        }
        if (product.op() instanceof Op.Linear l && !l.geglu() && l.activation() == Activation.NONE) {
            return replace(p, i, product.withOp(new Op.Linear(false, activation)));
        }
        if (product.op() instanceof Op.Conv2d c && c.activation() == Activation.NONE) {
            return replace(p, i, product.withOp(new Op.Conv2d(c.geometry(), c.upsampled(), activation)));
        }
        return false;
    }

    private boolean fuseGate(int i, Node node) {
        int p = producer(node.in(Slot.X), i);
        if (p >= 0
                && nodes.get(p).op() instanceof Op.Linear l
                && !l.geglu()
                && l.activation() == Activation.NONE
                && nodes.get(p).in(Slot.OTHER) == null) {
            return replace(p, i, nodes.get(p).withOp(new Op.Linear(true, Activation.NONE)));
        }
        return false;
    }

    /** The later of both terms' products takes the other one up, at the place of the sum. */
    private boolean fuseSum(int i, Node node) {
        Operand a = node.in(Slot.X);
        Operand b = node.in(Slot.OTHER);
        int pa = productOf(a, i);
        int pb = productOf(b, i);
        if (a.storage() == b.storage() || pa < 0 && pb < 0) {
            return false;
        }
        int p = Math.max(pa, pb);
        Operand other = p == pa ? b : a;
        Node product = nodes.get(p);
        return replace(
                p, i, product.with(Slot.OTHER, other.reshaped(product.out().shape())));
    }

    private int productOf(Operand term, int before) {
        int p = producer(term, before);
        if (p < 0 || nodes.get(p).in(Slot.OTHER) != null) {
            return -1;
        }
        Op op = nodes.get(p).op();
        return op instanceof Op.Conv2d || op instanceof Op.Linear l && !l.geglu() ? p : -1;
    }

    private boolean fuseUpsampling(int i, Node node, Op.Conv2d c) {
        int p = producer(node.in(Slot.X), i);
        Operand w = node.in(Slot.W);
        boolean fits = c.geometry().equals(Convolution.of(1, 1)) && w.size(2) == 3 && w.size(3) == 3;
        if (p < 0 || !fits || !(nodes.get(p).op() instanceof Op.Upsample2x)) {
            return false;
        }
        Node fused = node.withOp(new Op.Conv2d(c.geometry(), true, c.activation()))
                .with(Slot.X, nodes.get(p).in(Slot.X));
        return replace(p, i, fused);
    }

    private boolean fuseRow(int i, Node node) {
        int p = producer(node.in(Slot.X), i);
        if (p < 0 || !(nodes.get(p).op() instanceof Op.AddRow)) {
            return false;
        }
        Node add = nodes.get(p);
        Operand x = node.in(Slot.X);
        if (add.in(Slot.ROW).size(0) != x.size(0) || add.in(Slot.ROW).channels() != x.channels()) {
            return false;
        }
        Node fused = node.with(Slot.X, add.in(Slot.X).reshaped(x.shape())).with(Slot.ROW, add.in(Slot.ROW));
        return replace(p, i, fused);
    }

    /** Puts the fused node in the stead of nodes p &lt; i, writing what node i wrote. */
    private boolean replace(int p, int i, Node fused) {
        Operand out = nodes.get(i).out();
        boolean sameSize = out.length() == fused.out().length();
        nodes.set(i, fused.to(sameSize ? out.reshaped(fused.out().shape()) : out));
        nodes.remove(p);
        return true;
    }

    /**
     * The only writer of an operand's whole storage, if node {@code reader} alone reads it, the storage is no
     * output, and nothing that the writer reads is overwritten until then; else -1.
     */
    private int producer(Operand operand, int reader) {
        Storage s = operand.storage();
        if (s.role() != Storage.Role.COMPUTED || !operand.isWhole() || graph.isOutput(s)) {
            return -1;
        }
        int writer = -1;
        for (int j = 0; j < nodes.size(); j++) {
            Node n = nodes.get(j);
            if (n.out().storage() == s) {
                if (writer >= 0 || !n.out().isWhole()) {
                    return -1;
                }
                writer = j;
            }
            if (j != reader && n.reads(s)) {
                return -1;
            }
        }
        return writer >= 0 && writer < reader && inputsStay(writer, reader) ? writer : -1;
    }

    private boolean inputsStay(int from, int to) {
        Node node = nodes.get(from);
        for (int j = from + 1; j < to; j++) {
            if (node.reads(nodes.get(j).out().storage())) {
                return false;
            }
        }
        return true;
    }
}
