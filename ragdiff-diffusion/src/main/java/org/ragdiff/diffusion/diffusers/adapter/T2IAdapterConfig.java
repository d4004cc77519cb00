package org.ragdiff.diffusion.diffusers.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of a {@link T2IAdapter}.
 *
 * @param inChannels channels of the condition image
 * @param channels of the features
 * @param resBlocks resnets of each block
 * @param downscaleFactor pixels that are folded into channels along a side
 * @param type which of the three forms
 */
public record T2IAdapterConfig(int inChannels, List<Integer> channels, int resBlocks, int downscaleFactor, Type type) {
    private static final String CLASS = "T2IAdapter";

    /** The forms of adapter, named as in {@code adapter_type}. */
    public enum Type {
        FULL_ADAPTER,
        FULL_ADAPTER_XL,
        LIGHT_ADAPTER;

        String id() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public T2IAdapterConfig {
        channels = List.copyOf(channels);
        if (type == Type.LIGHT_ADAPTER && channels.stream().anyMatch(c -> c < 4)) {
            throw new IllegalArgumentException("a light_adapter needs at least 4 channels, got " + channels);
        }
        if (type == Type.FULL_ADAPTER_XL && channels.size() != 4) {
            throw new IllegalArgumentException("a full_adapter_xl has four blocks, got channels " + channels);
        }
    }

    /**
     * Reads all keys; defaults as in diffusers.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static T2IAdapterConfig read(StrictConfig json) throws CheckpointException {
        json.className(CLASS).only("adapter_type", "full_adapter", "full_adapter_xl", "light_adapter");
        String type = json.text("adapter_type", "full_adapter");
        int in = json.integer("in_channels", 3, 1, 64);
        List<Integer> channels = json.integers("channels", List.of(320, 640, 1280, 1280), 1, 8192);
        int blocks = json.integer("num_res_blocks", 2, 0, 16);
        int factor = json.integer("downscale_factor", 8, 1, 64);
        return json.build(() -> new T2IAdapterConfig(
                in, channels, blocks, factor, Type.valueOf(type.toUpperCase(java.util.Locale.ROOT))));
    }

    /** All keys of diffusers' constructor. */
    public ObjectNode toJson() {
        ObjectNode o = StrictConfig.object();
        o.put("_class_name", CLASS);
        o.put("_diffusers_version", "0.30.0");
        o.put("adapter_type", type.id());
        channels.forEach(o.putArray("channels")::add);
        o.put("downscale_factor", downscaleFactor);
        o.put("in_channels", inChannels);
        o.put("num_res_blocks", resBlocks);
        return o;
    }
}
