package org.ragdiff.diffusion.diffusers.ragdiffusion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of what RAGDiffusion adds to a UNet.
 *
 * @param structureDimension length D of ê, the structure encoder's
 * @param structureTokens tokens that ê becomes for cross-attention
 * @param landmarkChannels channels of the landmark guider's convolutions
 */
public record RagDiffusionConfig(int structureDimension, int structureTokens, List<Integer> landmarkChannels) {
    static final String CLASS = "RagDiffusionConditioning";

    public RagDiffusionConfig {
        landmarkChannels = List.copyOf(landmarkChannels);
        if (structureDimension < 1 || structureDimension > 1 << 16 || structureTokens < 1 || structureTokens > 256) {
            throw new IllegalArgumentException("structure_dimension is in [1, 65536] and structure_tokens in [1, 256],"
                    + " got " + structureDimension + " and " + structureTokens);
        }
        if (landmarkChannels.isEmpty()) {
            throw new IllegalArgumentException("landmark_channels needs at least one number");
        }
    }

    /** 4 tokens of ê, as IP-Adapter has; the channels of ControlNet's condition embedding. */
    public static RagDiffusionConfig defaults() {
        return new RagDiffusionConfig(512, 4, List.of(16, 32, 96, 256));
    }

    public RagDiffusionConfig withStructureDimension(int dimension) {
        return new RagDiffusionConfig(dimension, structureTokens, landmarkChannels);
    }

    public RagDiffusionConfig withStructureTokens(int tokens) {
        return new RagDiffusionConfig(structureDimension, tokens, landmarkChannels);
    }

    public RagDiffusionConfig withLandmarkChannels(List<Integer> channels) {
        return new RagDiffusionConfig(structureDimension, structureTokens, channels);
    }

    /** @throws CheckpointException listing every unknown key and every value that is out of range */
    static RagDiffusionConfig read(StrictConfig json) throws CheckpointException {
        json.className(CLASS);
        RagDiffusionConfig d = defaults();
        int dimension = json.integer("structure_dimension", d.structureDimension, 1, 1 << 16);
        int tokens = json.integer("structure_tokens", d.structureTokens, 1, 256);
        List<Integer> channels = json.integers("landmark_channels", d.landmarkChannels, 1, 8192);
        return json.build(() -> new RagDiffusionConfig(dimension, tokens, channels));
    }

    ObjectNode toJson() {
        ObjectNode o = StrictConfig.object();
        o.put("_class_name", CLASS);
        o.put("structure_dimension", structureDimension);
        o.put("structure_tokens", structureTokens);
        landmarkChannels.forEach(o.putArray("landmark_channels")::add);
        return o;
    }
}
