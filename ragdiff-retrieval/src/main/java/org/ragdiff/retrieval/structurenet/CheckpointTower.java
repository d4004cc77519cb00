package org.ragdiff.retrieval.structurenet;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.ImageTower;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.SpatialMaps;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A vision transformer that was trained elsewhere (CLIP, SigLIP, DINOv2). Its tokens are narrowed and resampled to the grid
 * of the other towers. The features that it ends in are made of its features of the whole picture, of all tokens, each
 * narrowed further (flattened, since where something is belongs to the structure), and of the channels beyond colour,
 * such as a silhouette, as means over cells of 8 by 8 pixels: the checkpoint has no input for them.
 */
final class CheckpointTower extends Tower {
    static final String NAME = "checkpoint";

    private static final double EPS = 1e-6;
    private static final int COLOURS = 3;
    private static final int CELL = 8;
    /** Widths of tokens: enough for what reads them, and an eighth or so of what a large checkpoint has. */
    private static final int TOKEN = 128;

    private static final int PLACE = 32;
    private static final int MOST_TOKENS = 4096;

    private final ImageTower image;
    private final int side;
    private final int patches;
    private final int tokenWidth;
    private final LayerNorm tokenNorm;
    private final Linear narrow;
    private final LayerNorm pooledNorm;
    private final Linear places;
    private final Linear head;

    /** @throws IllegalArgumentException if the side does not suit the checkpoint */
    CheckpointTower(SplittableRandom random, int inChannels, TowerConfig config, ImageTower image) {
        super(inChannels, config);
        side = config.side();
        patches = side / image.patchSize();
        boolean whole = side % image.patchSize() == 0 || side == image.side();
        if (patches < 1 || !whole || patches * patches > MOST_TOKENS) {
            throw new IllegalArgumentException("side " + side + " does not suit a checkpoint for pictures of "
                    + image.side() + " pixels a side whose tokens have " + image.patchSize()
                    + ": give a multiple of 16 and of " + image.patchSize() + " that makes at most " + MOST_TOKENS
                    + " tokens");
        }
        this.image = child("image", image);
        if (!config.checkpoint().trainable()) {
            image.freeze();
        }
        tokenNorm = child("token_norm", new LayerNorm(image.tokenWidth(), EPS));
        pooledNorm = child("pooled_norm", new LayerNorm(image.pooledWidth(), EPS));
        tokenWidth = Math.min(TOKEN, image.tokenWidth());
        narrow = child("narrow", new Linear(random, image.tokenWidth(), tokenWidth));
        places = child("places", new Linear(random, tokenWidth, PLACE));
        int cells = side / CELL;
        int features = image.pooledWidth() + patches * patches * PLACE + (inChannels - COLOURS) * cells * cells;
        head = child("head", new Linear(random, features, config.hidden()));
    }

    @Override
    int tokenWidth() {
        return tokenWidth;
    }

    @Override
    Features features(Tape t, Var x) {
        int more = Math.toIntExact(x.size(3)) - COLOURS;
        ImageTower.Features seen = see(t, more == 0 ? x : Shapes.sliceChannels(t, x, 0, COLOURS));
        Var map = narrow.apply(t, tokenNorm.apply(t, seen.tokens()));
        Var features = Shapes.concatChannels(t, pooledNorm.apply(t, seen.pooled()), flat(t, places.apply(t, map)));
        if (more > 0) {
            AxisMap means = AxisMap.area(side, side / CELL);
            Var rest = SpatialMaps.apply(t, Shapes.sliceChannels(t, x, COLOURS, more), means, means);
            features = Shapes.concatChannels(t, features, flat(t, rest));
        }
        AxisMap axis = AxisMap.bilinear(patches, side / CELL, false);
        return new Features(Shapes.tokens(t, SpatialMaps.apply(t, map, axis, axis)), head.apply(t, features));
    }

    private static Var flat(Tape t, Var x) {
        return Shapes.reshape(t, x, x.size(0), x.value().length() / x.size(0));
    }

    /** What the checkpoint makes of pictures; unless it is being trained, what it computes on the way is freed at once. */
    ImageTower.Features see(Tape t, Var pictures) {
        if (t.isTraining() && image.parameters().values().stream().anyMatch(p -> p.grad() != null)) {
            return image.apply(t, pictures);
        }
        try (Tape passing = t.separate(false)) {
            ImageTower.Features seen = image.apply(passing, pictures);
            return new ImageTower.Features(copy(t, seen.tokens()), copy(t, seen.pooled()));
        }
    }

    private static Var copy(Tape t, Var x) {
        INDArray own = t.allocate(x.shape());
        t.kernels().axpby(1, x.value(), 0, x.value(), own);
        return t.constant(own);
    }
}
