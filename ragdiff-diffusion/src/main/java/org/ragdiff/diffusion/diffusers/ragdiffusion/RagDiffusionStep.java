package org.ragdiff.diffusion.diffusers.ragdiffusion;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.adapter.IPAdapter;
import org.ragdiff.diffusion.diffusers.unet.ImagePrompt;
import org.ragdiff.diffusion.diffusers.unet.ReferenceTokens;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;
import org.ragdiff.diffusion.unet.PreparedPlan;
import org.ragdiff.diffusion.unet.ReferenceRows;

/**
 * What a plan of one denoising step depends on, besides the networks.
 *
 * @param rows which reference each row reads
 * @param height latent cells down
 * @param width latent cells across
 * @param text tokens of the prompt
 */
record RagDiffusionStep(ReferenceRows rows, int height, int width, long text) {
    /** Condition: ê [N, 1, D]. */
    static final String STRUCTURE = "structure";
    /** Condition: the guider's map [N, h, w, channels]. */
    static final String LANDMARK = "landmark";

    /** Records the denoiser; references are outputs of {@link UNet2DConditionModel#recordReference}. */
    Graph record(UNet2DConditionModel unet, RagDiffusionConditioning parts) {
        int n = rows.batch();
        UNet2DConfig config = unet.config();
        try (GraphBuilder b = new GraphBuilder()) {
            UNetInputs in = unet.record(b, n, height, width, text);
            IPAdapter adapter = parts.structure();
            Var structure = b.condition(STRUCTURE, n, 1, parts.config().structureDimension());
            Var tokens = adapter.tokens(b.tape(), structure);
            in = in.withImagePrompts(List.of(ImagePrompt.of(adapter, tokens, 1)))
                    .withLandmark(b.condition(
                            LANDMARK,
                            n,
                            height,
                            width,
                            config.blockOutChannels().get(0)));
            if (rows.references() > 0) {
                in = in.withReference(new ReferenceTokens(references(b, unet), rows, parts.reference()));
            }
            b.output(PreparedPlan.PREDICTION, unet.apply(b.tape(), in));
            return b.build();
        }
    }

    private List<Var> references(GraphBuilder b, UNet2DConditionModel unet) {
        List<Var> layers = new ArrayList<>();
        for (int i = 0; i < unet.crossAttentionLevels().size(); i++) {
            int level = unet.crossAttentionLevels().get(i);
            layers.add(b.condition(
                    UNet2DConditionModel.referenceOutput(i),
                    rows.references(),
                    (long) (height >> level) * (width >> level),
                    unet.crossAttentionChannels().get(i)));
        }
        return layers;
    }
}
