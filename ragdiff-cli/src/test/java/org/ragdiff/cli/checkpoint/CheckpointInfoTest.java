package org.ragdiff.cli.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;

/** {@code checkpoint info} of each class, on folders that diffusers and transformers wrote. */
class CheckpointInfoTest {
    @TempDir
    Path temp;

    private Path copy(String fixture) throws IOException {
        Path to = Files.createDirectory(temp.resolve("copy"));
        try (var files = Files.list(SharedFiles.require("fixtures/" + fixture))) {
            for (Path f : files.toList()) {
                Files.copy(f, to.resolve(f.getFileName().toString()));
            }
        }
        return to;
    }

    private static CommandRun info(Path path, Object... more) {
        List<Object> words = new ArrayList<>(List.of("checkpoint", "info", path));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    /** Drops the first tensor, adds one, and gives the second another shape. */
    private static String[] damage(Path weights) throws IOException {
        Map<String, INDArray> state = new LinkedHashMap<>();
        List<String> names;
        try (SafetensorsFile f = SafetensorsFile.open(weights)) {
            names = f.names().stream()
                    .filter(n -> n.endsWith(".weight") && !n.contains("text_"))
                    .sorted()
                    .toList();
            for (String n : f.names()) {
                state.put(n, f.readFloat(n));
            }
        }
        INDArray dropped = state.remove(names.get(0));
        state.put("surprise.weight", dropped);
        INDArray second = state.get(names.get(1));
        state.put(names.get(1), second.reshape(1, 1, second.length()));
        SafetensorsWriter.write(weights, state, Dtype.F32, Map.of());
        return new String[] {names.get(0), names.get(1)};
    }

    @ParameterizedTest
    @CsvSource({
        "unet-sd/a, UNet2DConditionModel",
        "unet-sdxl/a, UNet2DConditionModel",
        "vae/sd4-legacy-names, AutoencoderKL",
        "controlnet/controlnet, ControlNetModel",
        "controlnet/t2i-adapter, T2IAdapter",
        "vision-encoders/clip, clip_vision_model",
        "vision-encoders/siglip, siglip_vision_model",
        "vision-encoders/dinov2, dinov2"
    })
    void everyKeyThatDoesNotFitIsNamed(String fixture, String className) throws IOException {
        Path folder = copy(fixture);
        assertThat(info(folder).done().out()).contains(className, "fits");
        String base = fixture.startsWith("vision") ? "model" : "diffusion_pytorch_model";
        String[] damaged = damage(folder.resolve(base + ".safetensors"));
        CommandRun run = info(folder);
        assertThat(run.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out())
                .containsPattern("missing: \\[\\S*" + last(damaged[0]))
                .containsPattern("unexpected: \\[\\S*surprise.weight\\]")
                .containsPattern("wrong shape: \\S*" + last(damaged[1]) + " \\[1, 1, ");
    }

    /** Names of old files are told as today's. */
    private static String last(String name) {
        return name.contains("attentions") && name.split("\\.").length < 6
                ? ""
                : name.substring(name.indexOf('.') + 1).replace(".", "\\.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip-adapter_plain", "ip-adapter_plus"})
    void adaptersAreComparedWithTheirUnet(String name) throws IOException {
        Path unet = SharedFiles.require("fixtures/unet-sd/a");
        Path file = temp.resolve(name + ".safetensors");
        Files.copy(SharedFiles.require("fixtures/ip-adapter").resolve(name + ".safetensors"), file);
        info(file).refused("--unet");
        assertThat(info(file, "--unet", unet).done().out()).contains("IP-Adapter", "fits");
        Map<String, INDArray> state = new LinkedHashMap<>();
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            for (String n : f.names()) {
                state.put(n.equals("ip_adapter.3.to_v_ip.weight") ? "ip_adapter.4.to_v_ip.weight" : n, f.readFloat(n));
            }
        }
        SafetensorsWriter.write(file, state, Dtype.F32, Map.of());
        CommandRun run = info(file, "--unet", unet);
        assertThat(run.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out())
                .contains("missing: [ip_adapter.3.to_v_ip.weight]", "unexpected: [ip_adapter.4.to_v_ip.weight]");
    }

    @ParameterizedTest
    @CsvSource({
        "unet-sd/a, act_fn, mish, works with one of",
        "vae/sd4, act_fn, mish, works with",
        "controlnet/controlnet, controlnet_conditioning_channel_order, brg, works with one of",
        "controlnet/t2i-adapter, adapter_type, heavy, works with one of",
        "vision-encoders/clip, hidden_act, mish, works with one of",
        "vision-encoders/siglip, hidden_act, mish, works with one of",
        "vision-encoders/dinov2, hidden_act, mish, works with one of"
    })
    void valuesThatAreNotImplementedAreRefusedWithThoseThatAre(String fixture, String key, String value, String message)
            throws IOException {
        Path folder = copy(fixture);
        Path config = folder.resolve("config.json");
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(config.toFile());
        json.put(key, value);
        json.put("surprise", 1);
        Files.writeString(config, json.toString());
        CommandRun run = info(folder);
        assertThat(run.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out()).contains(key + " is \"" + value + "\", but " + message, "unknown key surprise");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-sd/a", "vae/sd4", "controlnet/controlnet"})
    void picklesAreRefusedWithAdvice(String fixture) throws IOException {
        Path folder = copy(fixture);
        Files.move(
                folder.resolve("diffusion_pytorch_model.safetensors"), folder.resolve("diffusion_pytorch_model.bin"));
        CommandRun run = info(folder);
        assertThat(run.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out()).contains("pickled checkpoint", "safetensors.torch.save_file(torch.load(");
    }
}
