package org.ragdiff.diffusion.unet;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Var;

/**
 * What a plan of one denoising step depends on, besides the network.
 *
 * @param rows which reference each row reads
 * @param height latent cells down
 * @param width latent cells across
 * @param guided whether a row has a landmark or a reference
 */
record UnetStep(ReferenceRows rows, int height, int width, boolean guided) {
    private static final String TIME = "structure.time";
    private static final String GUIDANCE = "guidance";

    /** Records the network; conditions are what {@link DenoisingUnet#condition} gives. */
    Graph record(DenoisingUnet unet) {
        UnetConfig config = unet.config();
        int n = rows.batch();
        ReferenceRows unshared = rows.unshared();
        try (GraphBuilder b = new GraphBuilder()) {
            Var noisy = b.input(PreparedPlan.NOISY, n, height, width, config.latentChannels());
            Var code = b.input(PreparedPlan.TIME_CODE, n, unet.timeCodeChannels());
            Var time = b.condition(TIME, n, config.timeChannels());
            int first = config.levels().get(0).channels();
            Var guidance = guided ? b.condition(GUIDANCE, n, height, width, first) : null;
            Map<Transformer2d, KeyValue> structure = new IdentityHashMap<>();
            Map<Transformer2d, KeyValue> reference = new IdentityHashMap<>();
            List<Transformer2d> transformers = unet.transformers();
            for (int i = 0; i < transformers.size(); i++) {
                int level = transformers.get(i).level();
                long channels = config.levels().get(level).attentionChannels();
                long tokens = (long) (height >> level) * (width >> level);
                structure.put(
                        transformers.get(i), keyValue(b, "structure." + i, n, config.structureTokens(), channels));
                if (rows.references() > 0) {
                    reference.put(
                            transformers.get(i),
                            keyValue(b, "reference." + i, unshared.references(), tokens, channels));
                }
            }
            UnetCondition condition = new UnetCondition(time, guidance, structure, reference, unshared);
            b.output(PreparedPlan.PREDICTION, unet.predict(b.tape(), noisy, code, condition));
            return b.build();
        }
    }

    private static KeyValue keyValue(GraphBuilder b, String name, long n, long tokens, long channels) {
        return new KeyValue(
                b.condition(name + ".key", n, tokens, channels), b.condition(name + ".value", n, tokens, channels));
    }

    /** Copies conditions into a plan of {@link #record}. */
    void set(Plan plan, DenoisingUnet unet, UnetCondition condition) {
        plan.set(TIME, condition.time().value());
        if (guided) {
            plan.set(GUIDANCE, condition.guidance().value());
        }
        List<Transformer2d> transformers = unet.transformers();
        for (int i = 0; i < transformers.size(); i++) {
            KeyValue structure = condition.structure().get(transformers.get(i));
            plan.set("structure." + i + ".key", structure.key().value());
            plan.set("structure." + i + ".value", structure.value().value());
            if (rows.references() > 0) {
                KeyValue reference = condition.reference().get(transformers.get(i));
                plan.set("reference." + i + ".key", unshared(reference.key()));
                plan.set("reference." + i + ".value", unshared(reference.value()));
            }
        }
    }

    private float[] unshared(Var values) {
        return rows.unshare(HostArrays.read(values.value()));
    }
}
