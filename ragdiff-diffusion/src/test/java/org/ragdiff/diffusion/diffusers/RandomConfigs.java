package org.ragdiff.diffusion.diffusers;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.ragdiff.diffusion.diffusers.adapter.T2IAdapterConfig;
import org.ragdiff.diffusion.diffusers.dit.DiTConfig;
import org.ragdiff.diffusion.diffusers.unet.ControlNetConfig;
import org.ragdiff.diffusion.diffusers.unet.SinusoidalCode;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModelConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vae.VQModelConfig;
import org.ragdiff.diffusion.diffusers.vision.HiddenActivation;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;

/** Legal configurations of networks, a function of the generator. */
final class RandomConfigs {
    private final SplittableRandom random;

    RandomConfigs(long seed) {
        random = new SplittableRandom(seed);
    }

    private int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    private boolean coin() {
        return random.nextBoolean();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static <T> List<T> list(int n, IntFunction<T> element) {
        return IntStream.range(0, n).mapToObj(element).toList();
    }

    UNet2DConfig unet() {
        return unet(true);
    }

    /** @param wayUp whether there is what ControlNets have not: up blocks, a choice of time embedding and mid block */
    private UNet2DConfig unet(boolean wayUp) {
        int n = between(1, 5);
        int groups = 1 << between(0, 3);
        List<Integer> heads = list(n, i -> 1 << between(0, 3));
        List<Integer> channels = list(n, i -> 2 * groups * heads.get(i) * between(1, 6));
        boolean same = coin();
        int depth = between(1, 10);
        int first = channels.get(0);
        int code = 2 * between(1, 64);
        SinusoidalCode time = new SinusoidalCode(first, coin(), coin() ? 0 : (first / 2 - 1) * random.nextDouble());
        return new UNet2DConfig(
                wayUp && coin() ? between(1, 256) : 0,
                between(1, 16),
                wayUp ? between(1, 16) : 4,
                channels,
                list(n, i -> coin()),
                list(n, i -> wayUp && coin()),
                list(n, i -> same ? 2 : between(1, 16)),
                list(n, i -> same ? depth : between(1, 64)),
                heads,
                list(n, i -> same ? 768 : between(1, 2048)),
                !wayUp || coin(),
                coin(),
                coin(),
                between(0, 1),
                wayUp ? 2 * between(0, 3) + 1 : 3,
                wayUp ? 2 * between(0, 3) + 1 : 3,
                groups,
                random.nextDouble(1e-8, 1e-3),
                !wayUp || coin() ? 4 * first : between(1, 4096),
                time,
                coin() ? null : new UNet2DConfig.TextTime(code, code + between(1, 4096)));
    }

    ControlNetConfig controlNet() {
        return new ControlNetConfig(unet(false), between(1, 8), list(between(1, 6), i -> between(1, 256)), coin());
    }

    T2IAdapterConfig adapter() {
        T2IAdapterConfig.Type type = one(List.of(T2IAdapterConfig.Type.values()));
        int blocks = type == T2IAdapterConfig.Type.FULL_ADAPTER_XL ? 4 : between(1, 6);
        return new T2IAdapterConfig(
                between(1, 8), list(blocks, i -> 4 * between(1, 320)), between(0, 4), between(1, 16), type);
    }

    AutoencoderKLConfig vae() {
        return vae(coin(), coin(), coin() ? 0 : random.nextDouble(-2, 2));
    }

    private AutoencoderKLConfig vae(boolean quant, boolean postQuant, double shift) {
        int groups = 1 << between(0, 5);
        return new AutoencoderKLConfig(
                between(1, 6),
                between(1, 6),
                between(1, 32),
                list(between(1, 6), i -> groups * between(1, 16)),
                between(1, 4),
                groups,
                quant,
                postQuant,
                coin(),
                random.nextDouble(1e-3, 10),
                shift,
                between(1, 2048),
                coin());
    }

    VQModelConfig vq() {
        return new VQModelConfig(vae(true, true, 0), between(1, 16384), between(1, 64));
    }

    UNet2DModelConfig unconditional() {
        int n = between(1, 5);
        int groups = 1 << between(0, 3);
        int head = coin() ? 0 : 1 << between(0, 3);
        List<Integer> channels = list(n, i -> 2 * groups * Math.max(1, head) * between(1, 6));
        boolean skips = coin();
        List<UNet2DModelConfig.Kind> kinds = skips
                ? List.of(UNet2DModelConfig.Kind.SKIP, UNet2DModelConfig.Kind.ATTENTION_SKIP)
                : List.of(UNet2DModelConfig.Kind.PLAIN, UNet2DModelConfig.Kind.ATTENTION);
        return new UNet2DModelConfig(
                coin() ? 0 : between(1, 256),
                skips ? 3 : between(1, 8),
                skips ? 3 : between(1, 8),
                coin(),
                new SinusoidalCode(channels.get(0), coin(), coin() ? 0 : 0.5 * random.nextDouble()),
                channels,
                list(n, i -> one(kinds)),
                list(n, i -> one(kinds)),
                between(1, 4),
                coin() ? 1 : random.nextDouble(0.5, 2),
                between(0, 1),
                coin(),
                coin(),
                head,
                groups,
                random.nextDouble(1e-8, 1e-3),
                coin());
    }

    DiTConfig dit() {
        int patch = between(1, 8);
        return new DiTConfig(
                patch * between(1, 16),
                between(1, 16),
                between(1, 32),
                patch,
                between(1, 16),
                4 * between(1, 32),
                between(1, 28),
                between(1, 2000),
                random.nextDouble(1e-8, 1e-3));
    }

    VisionConfig vision() {
        VisionConfig.Kind kind = one(List.of(VisionConfig.Kind.values()));
        int heads = between(1, 16);
        int hidden = heads * between(1, 64);
        int patch = between(1, 32);
        List<HiddenActivation> activations = new ArrayList<>(List.of(HiddenActivation.values()));
        return new VisionConfig(
                kind,
                hidden,
                kind == VisionConfig.Kind.DINOV2 ? hidden * between(1, 8) : between(1, 4096),
                between(1, 48),
                heads,
                between(1, 4),
                patch * between(1, 32),
                patch,
                one(activations),
                random.nextDouble(1e-8, 1e-3),
                kind == VisionConfig.Kind.CLIP ? between(0, 1) * between(1, 1024) : 0);
    }
}
