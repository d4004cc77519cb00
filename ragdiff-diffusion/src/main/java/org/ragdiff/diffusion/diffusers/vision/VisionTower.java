package org.ragdiff.diffusion.diffusers.vision;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.ImageTower;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * A {@link VisionEncoder} for pictures in [-1, 1], which it rescales and normalises as its {@link ImageProcessor} says;
 * their size and what of a photo they show are the caller's choice. Parameters have the encoder's names.
 */
final class VisionTower extends ImageTower {
    static final String CONFIG = "config";
    static final String PREPROCESSOR = "preprocessor";

    private static final int CHANNELS = 3;

    private final VisionEncoder encoder;
    private final ImageProcessor processor;

    /** @throws IllegalArgumentException if the encoder does not take pictures of three channels */
    VisionTower(VisionEncoder encoder, ImageProcessor processor) {
        if (encoder.config().channels() != CHANNELS) {
            throw new IllegalArgumentException(
                    "the tower takes pictures of " + encoder.config().channels() + " channels, expected " + CHANNELS);
        }
        this.encoder = child("", encoder);
        this.processor = processor;
    }

    @Override
    public ObjectNode shape() {
        ObjectNode shape = StrictConfig.object();
        shape.set(CONFIG, encoder.config().toJson());
        ObjectNode preparation = shape.putObject(PREPROCESSOR);
        preparation.put("rescale_factor", processor.rescaleFactor());
        ArrayNode mean = preparation.putArray("image_mean");
        ArrayNode deviation = preparation.putArray("image_std");
        for (int c = 0; c < CHANNELS; c++) {
            mean.add(processor.mean()[c]);
            deviation.add(processor.deviation()[c]);
        }
        return shape;
    }

    @Override
    public int side() {
        return encoder.config().imageSize();
    }

    @Override
    public int patchSize() {
        return encoder.config().patchSize();
    }

    @Override
    public int tokenWidth() {
        return encoder.config().hiddenSize();
    }

    @Override
    public int pooledWidth() {
        return encoder.config().pooledWidth();
    }

    @Override
    public Features apply(Tape t, Var pictures) {
        VisionEncoder.Features seen = encoder.apply(t, prepared(t, pictures), false);
        int patch = patchSize();
        long rows = pictures.size(1) / patch;
        long columns = pictures.size(2) / patch;
        int width = tokenWidth();
        Var all = seen.lastHiddenState();
        int n = Math.toIntExact(all.size(0));
        int skipped = Math.toIntExact((all.size(1) - rows * columns) * width);
        Var flat = Shapes.reshape(t, all, n, all.size(1) * width);
        Var own = skipped == 0 ? flat : Shapes.sliceChannels(t, flat, skipped, Math.toIntExact(rows * columns * width));
        return new Features(Shapes.reshape(t, own, n, rows, columns, width), seen.pooled());
    }

    /** As {@link ImageProcessor} rescales and normalises samples of 0 to 255. */
    private Var prepared(Tape t, Var pictures) {
        float[] weight = new float[CHANNELS * CHANNELS];
        float[] bias = new float[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            double half = 127.5 * processor.rescaleFactor();
            weight[c * CHANNELS + c] = (float) (half / processor.deviation()[c]);
            bias[c] = (float) ((half - processor.mean()[c]) / processor.deviation()[c]);
        }
        return Products.linear(t, pictures, constant(t, weight, CHANNELS, CHANNELS), constant(t, bias, CHANNELS));
    }

    private static Var constant(Tape t, float[] values, long... shape) {
        INDArray a = t.allocate(shape);
        HostArrays.write(a, values);
        return t.constant(a);
    }
}
