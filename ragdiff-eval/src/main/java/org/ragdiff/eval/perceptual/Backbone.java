package org.ragdiff.eval.perceptual;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.eval.perceptual.Step.Convolve;
import org.ragdiff.eval.perceptual.Step.Fire;
import org.ragdiff.eval.perceptual.Step.MaxPool;
import org.ragdiff.eval.perceptual.Step.SmoothPool;
import org.ragdiff.eval.perceptual.Step.Tap;

/**
 * The layout of a network whose stages are compared, over three channels. Parameters have torchvision's names, {@code
 * features.N.weight}, and the stages are those of the reference code of LPIPS and DISTS. Immutable.
 *
 * @param name such as {@code vgg16}
 * @param steps with at least one {@link Tap}
 */
public record Backbone(String name, List<Step> steps) {
    private static final int INPUT = 3;
    private static final int[] VGG_CONVOLUTIONS = {2, 2, 3, 3, 3};

    public Backbone {
        steps = List.copyOf(steps);
        if (steps.stream().noneMatch(s -> s instanceof Tap)) {
            throw new IllegalArgumentException("backbone " + name + " has no stage; add a Tap where one is read");
        }
    }

    /** AlexNet of torchvision (Krizhevsky 2014), five stages. */
    public static Backbone alex() {
        return new Backbone(
                "alex",
                List.of(
                        new Convolve("features.0", 64, 11, Convolution.of(4, 2)),
                        new Tap(),
                        new MaxPool(3, 2, false),
                        Convolve.same("features.3", 192, 5),
                        new Tap(),
                        new MaxPool(3, 2, false),
                        Convolve.same("features.6", 384, 3),
                        new Tap(),
                        Convolve.same("features.8", 256, 3),
                        new Tap(),
                        Convolve.same("features.10", 256, 3),
                        new Tap()));
    }

    /** VGG-16 (Simonyan and Zisserman 2015), the last layer of each of its five blocks. */
    public static Backbone vgg16() {
        return vgg("vgg16", 64, new MaxPool(2, 2, false));
    }

    /** VGG-16 with the pooling of DISTS. */
    public static Backbone vgg16Smooth() {
        return vgg("vgg16-smooth", 64, new SmoothPool());
    }

    /** The layout of {@link #vgg16} with other numbers of channels: {@code width} in the first block instead of 64. */
    public static Backbone vgg16OfWidth(int width) {
        return vgg("vgg16-w" + width, width, new MaxPool(2, 2, false));
    }

    /** The layout of {@link #vgg16Smooth} with other numbers of channels. */
    public static Backbone vgg16SmoothOfWidth(int width) {
        return vgg("vgg16-smooth-w" + width, width, new SmoothPool());
    }

    private static Backbone vgg(String name, int width, Step pool) {
        List<Step> steps = new ArrayList<>();
        int index = 0;
        for (int block = 0; block < VGG_CONVOLUTIONS.length; block++) {
            if (block > 0) {
                steps.add(pool);
                index++;
            }
            for (int i = 0; i < VGG_CONVOLUTIONS[block]; i++) {
                steps.add(Convolve.same("features." + index, width << Math.min(block, 3), 3));
                index += 2;
            }
            steps.add(new Tap());
        }
        return new Backbone(name, steps);
    }

    /** SqueezeNet 1.1 (Iandola et al. 2016), seven stages. */
    public static Backbone squeeze() {
        return new Backbone(
                "squeeze",
                List.of(
                        new Convolve("features.0", 64, 3, Convolution.of(2, 0)),
                        new Tap(),
                        new MaxPool(3, 2, true),
                        new Fire("features.3", 16, 64),
                        new Fire("features.4", 16, 64),
                        new Tap(),
                        new MaxPool(3, 2, true),
                        new Fire("features.6", 32, 128),
                        new Fire("features.7", 32, 128),
                        new Tap(),
                        new MaxPool(3, 2, true),
                        new Fire("features.9", 48, 192),
                        new Tap(),
                        new Fire("features.10", 48, 192),
                        new Tap(),
                        new Fire("features.11", 64, 256),
                        new Tap(),
                        new Fire("features.12", 64, 256),
                        new Tap()));
    }

    /** Parameters by name, in order of the layers, with their shapes. */
    public Map<String, long[]> shapes() {
        Map<String, long[]> out = new LinkedHashMap<>();
        int channels = INPUT;
        for (Step s : steps) {
            out.putAll(s.shapes(channels));
            channels = s.channels(channels);
        }
        return Collections.unmodifiableMap(out);
    }

    /** Channels of each stage. */
    public List<Integer> stageChannels() {
        List<Integer> out = new ArrayList<>();
        int channels = INPUT;
        for (Step s : steps) {
            channels = s.channels(channels);
            if (s instanceof Tap) {
                out.add(channels);
            }
        }
        return out;
    }
}
