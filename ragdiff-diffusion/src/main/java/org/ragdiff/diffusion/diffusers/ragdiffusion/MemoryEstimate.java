package org.ragdiff.diffusion.diffusers.ragdiffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ragdiff.core.plan.EagerMemory;
import org.ragdiff.core.plan.Fusions;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Schedule;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.tensor.onednn.PackedWeights;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.unet.ReferenceRows;

/**
 * Off-heap memory that loading and sampling takes with the {@code onednn} provider in float32, found from configurations
 * alone: the networks are recorded without weights, and their values are laid out as a plan lays them out. Everything is
 * counted as if it were there at once, which is the most that two runs after each other take. Work memory of single
 * operations, tens of megabytes, is not counted.
 *
 * @param parts by name, in the order in which they are needed
 */
public record MemoryEstimate(List<Part> parts) {
    /** Some of the memory. */
    public record Part(String name, long bytes) {}

    public MemoryEstimate {
        parts = List.copyOf(parts);
    }

    /** Of a model with its VAE; a UNet of any size, whether it fits into memory or not. */
    public static MemoryEstimate of(
            UNet2DConfig unetConfig, RagDiffusionConfig config, AutoencoderKLConfig vaeConfig, SamplingSize size) {
        List<Part> parts = new ArrayList<>();
        try (UNet2DConditionModel unet = UNet2DConditionModel.unset(unetConfig);
                RagDiffusionConditioning conditioning = RagDiffusionConditioning.unset(config, unetConfig);
                AutoencoderKL vae = AutoencoderKL.unset(vaeConfig)) {
            parts.add(new Part("weights of the UNet", unet.size() * Float.BYTES));
            parts.add(new Part("weights of ReferenceNet, its copy", unet.size() * Float.BYTES));
            parts.add(new Part(
                    "weights of structure tokens", conditioning.structure().size() * Float.BYTES));
            parts.add(new Part(
                    "weights of the landmark guider", conditioning.landmark().size() * Float.BYTES));
            parts.add(new Part(
                    "weights of the reference gates", conditioning.reference().size() * Float.BYTES));
            parts.add(new Part("weights of the VAE", vae.size() * Float.BYTES));
            if (size.references() > 0) {
                add(parts, "ReferenceNet", unet.recordReference(1, size.height(), size.width(), size.textTokens()));
            }
            int[] reads = new int[size.rows()];
            Arrays.setAll(reads, i -> size.references() == 0 ? -1 : i % size.references());
            RagDiffusionStep step =
                    new RagDiffusionStep(ReferenceRows.of(reads), size.height(), size.width(), size.textTokens());
            add(parts, "the denoiser", step.record(unet, conditioning));
            parts.add(new Part("values of the VAE", vae(vae, size)));
        }
        return new MemoryEstimate(parts);
    }

    private static void add(List<Part> parts, String name, Graph recorded) {
        Graph graph = Fusions.apply(recorded);
        parts.add(new Part("packed weights of " + name, PackedWeights.bytes(graph)));
        parts.add(new Part("values of " + name, Schedule.of(graph).arena().bytes()));
    }

    /** The larger half, for one image or one tile. */
    private static long vae(AutoencoderKL vae, SamplingSize size) {
        AutoencoderKLConfig c = vae.config();
        long h = Math.min(size.height(), size.tiling().latentSide());
        long w = Math.min(size.width(), size.tiling().latentSide());
        long decoder = EagerMemory.bytes(t -> vae.decode(t, input(t, h, w, c.latentChannels())));
        long encoder = EagerMemory.bytes(t -> vae.encode(t, input(t, h * c.factor(), w * c.factor(), c.inChannels())));
        return Math.max(decoder, encoder);
    }

    private static Var input(Tape t, long h, long w, long channels) {
        return t.constant(t.allocate(1, h, w, channels));
    }

    /** All parts, in bytes. */
    public long total() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** @throws IllegalArgumentException saying what takes how much if the total is over the budget in bytes */
    public void requireWithin(long budget) {
        if (total() > budget) {
            String list = parts.stream()
                    .map(p -> String.format(Locale.ROOT, "%s %.1f MB", p.name(), p.bytes() / 1e6))
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "this would take %.1f MB of memory off the heap, %.1f MB are allowed; take a smaller size, fewer"
                            + " pictures at once or tiles for the VAE, or allow more: %s",
                    total() / 1e6,
                    budget / 1e6,
                    list));
        }
    }

    /** A line for each part, then the total. */
    public String table() {
        StringBuilder out = new StringBuilder();
        for (Part p : parts) {
            out.append(String.format(Locale.ROOT, "%,12.1f MB  %s%n", p.bytes() / 1e6, p.name()));
        }
        return out.append(String.format(Locale.ROOT, "%,12.1f MB  in all%n", total() / 1e6))
                .toString();
    }
}
