package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureEncoderContract;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;

class StructureNetEncoderTest extends StructureEncoderContract {
    private final Kernels kernels = new ScalarKernels();

    @TempDir
    Path folder;

    @Override
    protected StructureEncoder encoder() {
        return new StructureNetEncoder(TinyNets.net(3, TinyNets.config()), "tiny", kernels);
    }

    private Path store(StructureNet net, Map<String, String> metadata) throws IOException {
        Path file = folder.resolve("weights.safetensors");
        SafetensorsWriter.write(file, net.state(), Dtype.F32, metadata);
        return file;
    }

    @Test
    void storedWeightsGiveTheSameQueries() throws IOException {
        StructureNet net = TinyNets.net(3, TinyNets.config());
        store(net, StructureNetWeights.metadata(net.config()));
        List<GarmentAttributes> told = List.of(GarmentAttributes.of(GarmentAttributes.Category.PANTS));
        try (StructureEncoder original = new StructureNetEncoder(net, "original", kernels);
                StructureEncoder loaded = StructureNetEncoder.load(folder, kernels)) {
            var photo = List.of(TinyNets.sample(1, 50, false).photo());
            StructureQuery a = original.encodePhotos(photo, told).get(0);
            StructureQuery b = loaded.encodePhotos(photo, told).get(0);
            assertThat(b.embedding()).containsExactly(a.embedding());
            assertThat(b.field()).isEqualTo(a.field());
            assertThat(loaded.fingerprint()).matches("[0-9a-f]{16}");
        }
    }

    @Test
    void theFingerprintFollowsTheWeights() throws IOException {
        try (StructureNet one = TinyNets.net(3, TinyNets.config());
                StructureNet other = TinyNets.net(4, TinyNets.config())) {
            store(one, StructureNetWeights.metadata(one.config()));
            String first = fingerprint();
            assertThat(fingerprint()).isEqualTo(first);
            store(other, StructureNetWeights.metadata(other.config()));
            assertThat(fingerprint()).isNotEqualTo(first);
        }
    }

    private String fingerprint() throws IOException {
        StructureNetWeights weights = StructureNetWeights.load(folder);
        weights.net().close();
        return weights.fingerprint();
    }

    @Test
    void attributesThatAreToldCount() {
        var photo = List.of(TinyNets.sample(1, 40, false).photo());
        try (StructureEncoder encoder = encoder()) {
            float[] untold = encoder.encodePhotos(photo, List.of(GarmentAttributes.UNKNOWN))
                    .get(0)
                    .embedding();
            float[] told = encoder.encodePhotos(photo, List.of(GarmentAttributes.of(GarmentAttributes.Category.DRESS)))
                    .get(0)
                    .embedding();
            assertThat(told).isNotEqualTo(untold);
        }
    }

    @Test
    void theExtractorIsSilentWhenUnsure() {
        var photos = List.of(
                TinyNets.sample(1, 40, false).photo(),
                TinyNets.sample(2, 40, false).photo());
        try (StructureNetEncoder encoder = (StructureNetEncoder) encoder()) {
            assertThat(new TrainedAttributeExtractor(encoder, 1).extract(photos))
                    .containsExactly(GarmentAttributes.UNKNOWN, GarmentAttributes.UNKNOWN);
            assertThat(new TrainedAttributeExtractor(encoder, 0).extract(photos))
                    .hasSize(2)
                    .noneMatch(a -> a.category() == GarmentAttributes.Category.UNKNOWN);
            assertThatThrownBy(() -> new TrainedAttributeExtractor(encoder, 1.5))
                    .hasMessageContaining("1.5");
        }
    }

    @Test
    void missingWeightsAreNamed() {
        assertThatThrownBy(() -> StructureNetWeights.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("weights.safetensors")
                .hasMessageContaining("train");
    }

    @Test
    void weightsOfAnotherShapeAreRefused() throws IOException {
        try (StructureNet net = TinyNets.net(3, TinyNets.config())) {
            store(net, StructureNetWeights.metadata(net.config().withReaderLayers(0)));
            assertThatThrownBy(() -> StructureNetWeights.load(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("unexpected")
                    .hasMessageContaining("reader.");
            Map<String, INDArray> part = new LinkedHashMap<>(net.state());
            part.remove("wild_out.bias");
            SafetensorsWriter.write(
                    folder.resolve("weights.safetensors"), part, Dtype.F32, StructureNetWeights.metadata(net.config()));
            assertThatThrownBy(() -> StructureNetWeights.load(folder)).hasMessageContaining("missing: [wild_out.bias]");
        }
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        try (StructureNet net = TinyNets.net(3, TinyNets.config())) {
            store(net, Map.of("ragdiff.kind", "vae"));
            assertThatThrownBy(() -> StructureNetWeights.load(folder)).hasMessageContaining("vae");
            store(net, Map.of());
            assertThatThrownBy(() -> StructureNetWeights.load(folder)).hasMessageContaining("ragdiff.config");
            Files.writeString(folder.resolve("config.json"), "{\"wild\": {\"side\": 33}}");
            assertThatThrownBy(() -> StructureNetWeights.load(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not valid");
            Files.writeString(folder.resolve("config.json"), StructureNetWeights.toJson(net.config()));
            StructureNetWeights.load(folder).net().close();
        }
    }

    @Test
    void configurationsOutOfRangeAreRefused() {
        StructureNetConfig config = TinyNets.config();
        assertThatThrownBy(() -> config.wild().withSide(40)).hasMessageContaining("40");
        assertThatThrownBy(() -> config.withWild(config.wild().withChannels(List.of(4, 4, 8, 9))))
                .hasMessageContaining("normGroups");
        assertThatThrownBy(() -> config.withReaderLayers(99)).hasMessageContaining("readerLayers");
    }
}
