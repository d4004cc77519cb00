package org.ragdiff.diffusion.refine;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.MapUnet;

/** How far each cell of a landmark's field is off. Untrained it says nowhere at all. Applying it is thread-safe. */
public final class RefinerNet extends Module {
    private final RefinerConfig config;
    private final MapUnet unet;

    /** New weights, a function of {@code random}. */
    public RefinerNet(SplittableRandom random, RefinerConfig config) {
        this.config = config;
        unet = child(
                "",
                new MapUnet(
                        random,
                        RefinerInputs.CHANNELS,
                        1,
                        config.channels(),
                        config.midLayers(),
                        config.headChannels(),
                        config.normGroups()));
    }

    public RefinerConfig config() {
        return config;
    }

    /**
     * @param evidence [N, side, side, 7], see {@link RefinerInputs}
     * @return [N, side, side, 1]: what to add to the landmarks' distances, in cells
     */
    public Var apply(Tape t, Var evidence) {
        return unet.decode(t, unet.encode(t, evidence));
    }
}
