package org.ragdiff.cli.retrieval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.StandardGarment;

/**
 * Baseline of a tower that was not trained to retrieve: the latents of the model's VAE, less their mean, by cosine.
 * Thread-safe if the codec is.
 */
record LatentDescriptor(LatentCodec codec) implements PhotoDescriptor {
    @Override
    public String name() {
        return "generic tower (VAE latents)";
    }

    @Override
    public List<float[]> photos(List<GarmentPair> pairs) {
        return encode(pairs.stream().map(GarmentPair::wild).toList());
    }

    @Override
    public List<float[]> standards(List<StandardGarment> garments) {
        return encode(garments.stream().map(StandardGarment::standard).toList());
    }

    private List<float[]> encode(List<RgbImage> images) {
        List<float[]> out = new ArrayList<>();
        try (INDArray pixels = Images.toTensor(images);
                INDArray latents = codec.encode(pixels)) {
            float[] values = HostArrays.read(latents);
            int each = values.length / images.size();
            for (int i = 0; i < images.size(); i++) {
                out.add(unit(Arrays.copyOfRange(values, i * each, (i + 1) * each)));
            }
        }
        return out;
    }

    private static float[] unit(float[] v) {
        double mean = 0;
        for (float x : v) {
            mean += x / v.length;
        }
        double squares = 0;
        for (float x : v) {
            squares += (x - mean) * (x - mean);
        }
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) ((v[i] - mean) / Math.sqrt(Math.max(squares, 1e-30)));
        }
        return v;
    }
}
