package org.ragdiff.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.data.procedural.ProceduralGarments;

class CheckCommandTest {
    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void vitonHd() throws IOException {
        root = folder.resolve("viton");
        ProceduralGarments garments = new ProceduralGarments(4, 64, 5);
        String[] names = {"90001_00.jpg", "90002_00.jpg", "02015_00.jpg"};
        for (int i = 0; i < names.length; i++) {
            String split = i < 2 ? "train" : "test";
            for (String kind : new String[] {"image", "cloth"}) {
                Path file = root.resolve(split).resolve(kind).resolve(names[i]);
                Files.createDirectories(file.getParent());
                ImageFiles.writePng(
                        file, garments.get(kind.equals("image") ? 3 : i).standard(), Map.of());
            }
        }
        Files.writeString(root.resolve("train_pairs.txt"), "90001_00.jpg 90002_00.jpg\n90002_00.jpg 90001_00.jpg\n");
        Files.writeString(root.resolve("test_pairs.txt"), "02015_00.jpg 02015_00.jpg\n");
    }

    private CommandRun check(Object... more) {
        Object[] all = new Object[6 + more.length];
        System.arraycopy(new Object[] {"data", "check", "--kind", "viton-hd", "--root", root}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return CommandRun.of(all);
    }

    @Test
    void tellsWhatIsThereAndWhatIsLeftOut() throws IOException {
        Path json = folder.resolve("out.json");
        CommandRun run = check("--pictures", "--json", json).done();
        assertThat(run.out())
                .contains("viton-hd-all: 2 pairs of 2 garments in 2 groups")
                .contains("left out: 1 known copies within their split")
                .contains("first: 90001_00, group 90001")
                .containsPattern("photo +\\S+train/image/90001_00.jpg, 64x64")
                .containsPattern("mask +none");
        JsonNode found = new ObjectMapper().readTree(json.toFile());
        assertThat(found.get("pairs").asInt()).isEqualTo(2);
        assertThat(found.get("leftOut").get(0).get("name").asText()).isEqualTo("test/image/02015_00.jpg");
        assertThat(check("--split", "test", "--keep-leaks").done().out()).contains("viton-hd-test: 1 pairs");
        check("--split", "test").refused("has no pairs for the split test of viton-hd");
    }

    @Test
    void aWrongLayoutIsShownInFull() throws IOException {
        Files.move(root.resolve("train/cloth"), root.resolve("train/clothing"));
        CommandRun run = check();
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err())
                .startsWith("ragdiff: " + root + " has not the layout of viton-hd: train/cloth is missing\n")
                .contains("\nExpected:\n  train_pairs.txt ", "\nFound:\n", "    clothing/\n");
        CommandRun.of("data", "check", "--kind", "viton", "--root", root).refused("viton", "viton-hd");
        CommandRun.of("data", "check", "--kind", "pairs").refused("--root");
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws IOException {
        Path damaged = root.resolve("train/image/90002_00.jpg");
        Files.writeString(damaged, "no picture");
        check().done();
        CommandRun run = check("--pictures");
        assertThat(run.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out()).contains("left out: 1 that cannot be read", damaged.toString());
        Files.delete(damaged);
        check().refused("lacks files of 1 pairs", damaged.toString());
    }

    @Test
    void whiteGarmentsAreNotTakenForPairs() throws IOException {
        byte[] white = new byte[64 * 64 * 3];
        java.util.Arrays.fill(white, (byte) 255);
        Path flat = root.resolve("train/cloth/90001_00.jpg");
        Files.delete(flat);
        ImageFiles.writePng(flat, RgbImage.wrap(64, 64, white), Map.of());
        assertThat(check("--pictures").out()).contains("shows no garment", flat.toString());
    }
}
