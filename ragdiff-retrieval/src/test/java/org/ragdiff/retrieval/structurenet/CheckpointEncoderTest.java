package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureEncoderContract;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig.Kind;

/** An encoder whose towers were trained elsewhere, as it begins and as it is stored. */
class CheckpointEncoderTest extends StructureEncoderContract {
    private final Kernels kernels = new ScalarKernels();

    @TempDir
    Path folder;

    @Override
    protected StructureEncoder encoder() throws IOException {
        return new StructureNetEncoder(net(Kind.CLIP, true), "tiny", kernels);
    }

    private StructureNet net(Kind kind, boolean trainable) throws IOException {
        Path tower = TinyCheckpoints.write(folder.resolve(kind.name()), kind);
        return StructureNet.begin(new SplittableRandom(3), TinyCheckpoints.config(tower, trainable));
    }

    private Path store(Map<String, INDArray> weights, Map<String, String> metadata) throws IOException {
        Path file = folder.resolve("structure.safetensors");
        SafetensorsWriter.write(file, weights, Dtype.F32, metadata);
        return file;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void storedWeightsNeedNoFolderAndGiveTheSame(Kind kind) throws IOException {
        StructureNet net = net(kind, false);
        Map<String, String> metadata = StructureNetWeights.metadata(net.config());
        assertThat(metadata.toString()).doesNotContain(folder.toString());
        Path file = store(net.state(), metadata);
        TinyCheckpoints.write(folder.resolve(kind.name()), Kind.values()[(kind.ordinal() + 1) % 3]);
        StructureSample sample = TinyNets.sample(1, 50, false);
        try (StructureEncoder original = new StructureNetEncoder(net, "original", kernels);
                StructureEncoder loaded = StructureNetEncoder.load(file, kernels)) {
            StructureQuery a = query(original, sample);
            StructureQuery b = query(loaded, sample);
            assertThat(b.embedding()).containsExactly(a.embedding());
            assertThat(b.field()).isEqualTo(a.field());
            assertThat(standard(loaded, sample)).containsExactly(standard(original, sample));
            assertThat(loaded.fingerprint()).matches("[0-9a-f]{16}");
        }
    }

    private static StructureQuery query(StructureEncoder encoder, StructureSample sample) {
        return encoder.encodePhotos(List.of(sample.photo()), List.of(GarmentAttributes.UNKNOWN))
                .get(0);
    }

    private static float[] standard(StructureEncoder encoder, StructureSample sample) {
        return encoder.encodeStandards(List.of(sample.standard()), List.of(sample.silhouette()))
                .get(0);
    }

    @Test
    void theFingerprintFollowsTheTower() throws IOException {
        try (StructureNet net = net(Kind.DINOV2, false)) {
            Map<String, String> metadata = StructureNetWeights.metadata(net.config());
            String first = fingerprint(store(net.state(), metadata));
            Map<String, INDArray> other = new LinkedHashMap<>(net.state());
            try (INDArray changed =
                    other.get("wild.image.layernorm.bias").dup('c').addi(1)) {
                other.put("wild.image.layernorm.bias", changed);
                assertThat(fingerprint(store(other, metadata))).isNotEqualTo(first);
            }
        }
    }

    private static String fingerprint(Path file) throws IOException {
        StructureNetWeights weights = StructureNetWeights.load(file);
        weights.net().close();
        return weights.fingerprint();
    }

    @Test
    void weightsThatDoNotFitTheTowerAreNamed() throws IOException {
        try (StructureNet net = net(Kind.SIGLIP, false)) {
            Map<String, String> metadata = new LinkedHashMap<>(StructureNetWeights.metadata(net.config()));
            Map<String, INDArray> part = new LinkedHashMap<>(net.state());
            part.remove("wild.image.vision_model.head.probe");
            Path file = store(part, metadata);
            assertThatThrownBy(() -> StructureNetWeights.load(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("missing: [wild.image.vision_model.head.probe]");
            metadata.replaceAll((key, value) -> value.replace("siglip_vision_model", "bert"));
            store(net.state(), metadata);
            assertThatThrownBy(() -> StructureNetWeights.load(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("model_type is \"bert\"")
                    .hasMessageContaining(file.toString());
        }
    }
}
