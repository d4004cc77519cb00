package org.ragdiff.retrieval.structurenet;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Host arrays as inputs of the towers. Stateless. */
final class TowerTensors {
    private TowerTensors() {}

    static Var photos(Tape t, StructureNet net, StructureBatch batch) {
        return photos(t, net, batch.photos());
    }

    /** [N, side, side, 3]. */
    static Var photos(Tape t, StructureNet net, float[] values) {
        int side = net.config().wild().side();
        return constant(t, values, values.length / (side * side * 3), side, side, 3);
    }

    static Var standards(Tape t, StructureNet net, StructureBatch batch) {
        return standards(t, net, batch.standards());
    }

    /** [N, side, side, 4]. */
    static Var standards(Tape t, StructureNet net, float[] values) {
        int side = net.config().standard().side();
        return constant(t, values, values.length / (side * side * 4), side, side, 4);
    }

    /** Attribute rows [N, {@link AttributeVocabulary#SIZE}]. */
    static Var rows(Tape t, float[] encoded) {
        return constant(t, encoded, encoded.length / AttributeVocabulary.SIZE, AttributeVocabulary.SIZE);
    }

    /** Values of any shape. */
    static Var of(Tape t, float[] values, long... shape) {
        return constant(t, values, shape);
    }

    private static Var constant(Tape t, float[] values, long... shape) {
        INDArray a = t.allocate(shape);
        HostArrays.write(a, values);
        return t.constant(a);
    }
}
