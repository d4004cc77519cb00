package org.ragdiff.cli.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.UnetConfig;
import org.ragdiff.diffusion.unet.UnetLevel;
import org.ragdiff.diffusion.unet.UnetWeights;
import org.ragdiff.diffusion.vae.LatentScaling;
import org.ragdiff.diffusion.vae.Vae;
import org.ragdiff.diffusion.vae.VaeCodec;
import org.ragdiff.diffusion.vae.VaeConfig;
import org.ragdiff.diffusion.vae.VaeWeights;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.structurenet.StructureNet;
import org.ragdiff.retrieval.structurenet.StructureNetConfig;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import org.ragdiff.retrieval.structurenet.StructureNetWeights;
import org.ragdiff.retrieval.structurenet.TowerConfig;

/** Writes a model folder with untrained networks that take milliseconds, as the trainer would. */
public final class TinyModel {
    /** Side of the model's pictures in pixels. */
    public static final int SIDE = 32;

    /** Garments in its database. */
    public static final int GARMENTS = 12;

    private TinyModel() {}

    public static StructureNetConfig structureConfig() {
        TowerConfig tower = new TowerConfig(32, List.of(4, 4, 8, 8), List.of(0, 1, 0), 12);
        return new StructureNetConfig(tower, tower, 8, 2, 16, 0.2, 12, 8, 1, 2, null);
    }

    public static VaeConfig vaeConfig() {
        return new VaeConfig(3, 2, List.of(4, 6), List.of(6, 8), 1, 1, 1, 2);
    }

    public static UnetConfig unetConfig() {
        return new UnetConfig(
                3,
                List.of(new UnetLevel(6, 4, false), new UnetLevel(10, 8, true)),
                1,
                12,
                4,
                2,
                8,
                3,
                7,
                List.of(4, 6),
                List.of(4, 8),
                2,
                false);
    }

    /** A whole model with its database. */
    public static ModelFiles write(Path directory) {
        ModelFiles files = new ModelFiles(directory);
        try {
            Files.createDirectories(directory);
            writeStructure(files.structure(), structureConfig(), 1);
            writeVae(files.vae(), vaeConfig(), 2, SIDE);
            writeDiffusion(files.diffusion(), unetConfig(), 3, fingerprint(files.vae()));
            writeDatabase(files.database(), files, GARMENTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    public static void writeStructure(Path file, StructureNetConfig config, long seed) throws IOException {
        try (StructureNet net = new StructureNet(new SplittableRandom(seed), config)) {
            save(file, net, seed, StructureNetWeights.metadata(config));
        }
    }

    public static void writeVae(Path file, VaeConfig config, long seed, int side) throws IOException {
        try (Vae vae = new Vae(new SplittableRandom(seed), config)) {
            Map<String, String> meta = VaeWeights.metadata(config, LatentScaling.identity(config.latentChannels()));
            meta.put(ModelFolder.SIDE, Integer.toString(side));
            save(file, vae, seed, meta);
        }
    }

    /** @param codec fingerprint of the VAE that it claims to be trained on, or null to claim none */
    public static void writeDiffusion(Path file, UnetConfig config, long seed, String codec) throws IOException {
        try (DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(seed), config)) {
            Map<String, String> meta = UnetWeights.metadata(config, ScheduleConfig.defaults());
            if (codec != null) {
                meta.put(ModelFolder.CODEC, codec);
            }
            save(file, unet, seed, meta);
        }
    }

    /** Of the codec in a file. */
    public static String fingerprint(Path vae) throws IOException {
        try (Kernels kernels = KernelProviders.defaultKernels();
                VaeCodec codec = VaeWeights.load(vae, kernels)) {
            return codec.fingerprint();
        }
    }

    /** A database of rectangles' unions, made by the model's encoder; {@code garments} may be 0. */
    public static void writeDatabase(Path directory, ModelFiles model, int garments) throws IOException {
        try (Kernels kernels = KernelProviders.defaultKernels();
                StructureNetEncoder encoder = StructureNetEncoder.load(model.structure(), kernels);
                LuceneDatabase database =
                        LuceneDatabase.create(directory, encoder.dimension(), encoder.fingerprint())) {
            new DatabaseBuilder(encoder).addAll(new RectangleGarments(garments, SIDE), database, true, done -> {});
        }
    }

    /** The same weights with one entry of their metadata changed. */
    public static void rewriteMetadata(Path file, String key, UnaryOperator<String> change) throws IOException {
        Map<String, INDArray> state = new LinkedHashMap<>();
        Map<String, String> meta;
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            meta = new LinkedHashMap<>(stored.metadata());
            for (String name : stored.names()) {
                state.put(name, stored.readFloat(name));
            }
        }
        meta.computeIfPresent(key, (k, v) -> change.apply(v));
        SafetensorsWriter.write(file, state, Dtype.F16, meta);
        state.values().forEach(INDArray::close);
    }

    /** All weights replaced, also those that start at zero, and stored as the trainer stores them. */
    private static void save(Path file, Module module, long seed, Map<String, String> metadata) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        module.parameters().forEach((name, p) -> {
            float[] v = HostArrays.read(p.value());
            boolean scale = name.contains("norm") && name.endsWith("weight");
            for (int i = 0; i < v.length; i++) {
                v[i] = (float) ((scale ? 1 : 0) + 0.2 * random.nextGaussian());
            }
            HostArrays.write(p.value(), v);
        });
        Map<String, INDArray> state = new LinkedHashMap<>(module.state());
        SafetensorsWriter.write(file, state, Dtype.F16, metadata);
    }
}
