package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.nn.Module;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;

/** Folders written by diffusers, read and written again: the same keys, names, shapes and values. */
class CheckpointRoundTripTest {
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"unet-sd/a", "unet-sdxl/a", "vae/sd4", "vae/sd3-16"})
    void writesWhatItRead(String checkpoint) throws IOException {
        Path original = Goldens.folder(checkpoint);
        copy(original, Dtype.F32).close();
        sameFolder(original, temp);
    }

    static void sameFolder(Path original, Path copy) throws IOException {
        JsonNode before = json(original.resolve("config.json"));
        JsonNode after = json(copy.resolve("config.json"));
        Set<String> keys = new TreeSet<>();
        before.fieldNames().forEachRemaining(keys::add);
        keys.remove("_name_or_path");
        Set<String> written = new TreeSet<>();
        after.fieldNames().forEachRemaining(written::add);
        assertThat(written).isEqualTo(keys);
        keys.remove("_diffusers_version");
        for (String key : keys) {
            assertThat(after.get(key).toString())
                    .as(key)
                    .isEqualTo(before.get(key).toString());
        }
        sameTensors(original.resolve(WEIGHTS), copy.resolve(WEIGHTS));
    }

    static void sameTensors(Path original, Path copy) throws IOException {
        try (SafetensorsFile a = SafetensorsFile.open(original);
                SafetensorsFile b = SafetensorsFile.open(copy)) {
            assertThat(b.names()).containsExactlyInAnyOrderElementsOf(a.names());
            assertThat(b.metadata()).containsEntry("format", "pt");
            for (String name : a.names()) {
                assertThat(b.readFloat(name)).as(name).isEqualTo(a.readFloat(name));
            }
        }
    }

    private Module copy(Path original, Dtype storage) throws IOException {
        if (original.toString().contains("vae")) {
            AutoencoderKL vae = AutoencoderKL.load(original);
            vae.save(temp, storage);
            return vae;
        }
        UNet2DConditionModel unet = UNet2DConditionModel.load(original);
        unet.save(temp, storage);
        return unet;
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void halfPrecisionIsWrittenAndReadBack() throws IOException {
        try (Module first = copy(Goldens.folder("unet-sd/a"), Dtype.F16);
                UNet2DConditionModel second = UNet2DConditionModel.load(temp);
                SafetensorsFile file = SafetensorsFile.open(temp.resolve(WEIGHTS))) {
            assertThat(file.info("conv_in.weight").dtype()).isEqualTo(Dtype.F16);
            INDArray a = first.state().get("conv_in.weight");
            INDArray b = second.state().get("conv_in.weight");
            assertThat(b.sub(a).amaxNumber().doubleValue()).isLessThan(2e-3);
        }
    }

    @Test
    void reportsEveryNameThatDoesNotFitAtOnce() throws IOException {
        try (UNet2DConditionModel unet = UNet2DConditionModel.load(Goldens.folder("unet-sd/a"))) {
            unet.save(temp, Dtype.F32);
            var state = unet.state();
            INDArray weight = state.remove("conv_out.weight");
            state.remove("mid_block.resnets.1.norm2.bias");
            state.put("conv_extra.weight", weight);
            state.put("conv_in.bias", weight);
            SafetensorsWriter.write(temp.resolve(WEIGHTS), state, Dtype.F32, java.util.Map.of());
        }
        assertThatThrownBy(() -> UNet2DConditionModel.load(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("missing: [conv_out.weight, mid_block.resnets.1.norm2.bias]")
                .hasMessageContaining("unexpected: [conv_extra.weight]")
                .hasMessageContaining("wrong shape: conv_in.bias [4, 16, 3, 3], expected [16]");
    }

    @Test
    void saysWhatAFolderLacks() throws IOException {
        assertThatThrownBy(() -> UNet2DConditionModel.load(temp)).hasMessageContaining("config.json");
        assertThatThrownBy(() -> UNet2DConditionModel.load(temp.resolve("nothing")))
                .hasMessageContaining("is no folder");
        Files.copy(Goldens.folder("unet-sd/a").resolve("config.json"), temp.resolve("config.json"));
        assertThatThrownBy(() -> UNet2DConditionModel.load(temp)).hasMessageContaining("has no weights");
        Files.createFile(temp.resolve("diffusion_pytorch_model.bin"));
        assertThatThrownBy(() -> UNet2DConditionModel.load(temp)).hasMessageContaining("pickled");
    }

    /** The published numbers of parameters. */
    @Test
    void presetsHaveTheirPublishedSizes() throws IOException {
        assertThat(sizeOf(UNet2DConfig.stableDiffusion15())).isEqualTo(859_520_964L);
        assertThat(sizeOf(UNet2DConfig.stableDiffusion21())).isEqualTo(865_910_724L);
        assertThat(sizeOf(UNet2DConfig.stableDiffusionXl())).isEqualTo(2_567_463_684L);
        assertThat(AutoencoderKL.unset(AutoencoderKLConfig.stableDiffusion()).size())
                .isEqualTo(83_653_863L);
    }

    private static long sizeOf(UNet2DConfig config) {
        return UNet2DConditionModel.unset(config).size();
    }

    @Test
    void randomWeightsAreAFunctionOfTheSeed() throws IOException {
        UNet2DConfig config =
                UNet2DConditionModel.load(Goldens.folder("unet-sdxl/a")).config();
        try (UNet2DConditionModel a = UNet2DConditionModel.random(config, 3);
                UNet2DConditionModel b = UNet2DConditionModel.random(config, 3);
                UNet2DConditionModel c = UNet2DConditionModel.random(config, 4)) {
            assertThat(a.state()).isEqualTo(b.state());
            assertThat(a.state().get("conv_in.weight")).isNotEqualTo(c.state().get("conv_in.weight"));
        }
    }
}
