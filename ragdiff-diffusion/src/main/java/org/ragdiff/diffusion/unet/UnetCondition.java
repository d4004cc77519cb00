package org.ragdiff.diffusion.unet;

import java.util.Map;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A batch's conditions in the network's own form: what does not change from step to step.
 *
 * @param time ê's part of the time embedding [N, timeChannels]
 * @param guidance the guiders' map [N, h, w, channels], or null if no row has a landmark or a reference
 * @param structure keys and values of the structure tokens for each transformer
 * @param reference keys and values of the reference tokens for each transformer; empty if no row has one
 * @param rows which reference each row reads
 */
record UnetCondition(
        Var time,
        Var guidance,
        Map<Transformer2d, KeyValue> structure,
        Map<Transformer2d, KeyValue> reference,
        ReferenceRows rows) {

    Var attend(Tape t, Transformer2d transformer, Var x) {
        return transformer.apply(t, x, structure.get(transformer), reference.get(transformer), rows);
    }
}
