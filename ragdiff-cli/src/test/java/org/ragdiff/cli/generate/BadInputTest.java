package org.ragdiff.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.diffusion.StoredWeights;

/** Every bad input is one line and exit code 2, and leaves nothing behind. */
class BadInputTest {
    @TempDir
    static Path shared;

    private static ModelFiles good;

    @TempDir
    Path directory;

    private Path photo;
    private Path out;
    private ModelFiles model;

    @BeforeAll
    static void writeModel() {
        good = TinyModel.write(shared.resolve("model"));
    }

    @BeforeEach
    void copyModel() throws IOException {
        model = new ModelFiles(directory.resolve("model"));
        try (Stream<Path> files = Files.walk(good.directory())) {
            for (Path f : files.toList()) {
                Files.copy(
                        f,
                        model.directory().resolve(good.directory().relativize(f).toString()));
            }
        }
        photo = Pictures.write(directory.resolve("photo.png"), Pictures.sample("rgb.png"));
        out = directory.resolve("out");
    }

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(out).doesNotExist();
    }

    private CommandRun generate(Path image, Object... more) {
        List<Object> words = new ArrayList<>(List.of("generate", "--image", image));
        words.addAll(List.of("--model", model.directory(), "--steps", 1));
        words.addAll(List.of(more));
        if (!Arrays.asList(more).contains("--out")) {
            words.addAll(List.of("--out", out.resolve("flat.png")));
        }
        return CommandRun.of(words.toArray());
    }

    private CommandRun generateFrom(String name, byte[] bytes) {
        return generate(Pictures.write(directory.resolve(name), bytes));
    }

    @Test
    void photos() throws IOException {
        generateFrom("text.jpg", "hello".getBytes(StandardCharsets.UTF_8)).refused("text.jpg: is not a picture");
        generateFrom("empty.png", new byte[0]).refused("is empty (0 bytes)");
        byte[] jpeg = Pictures.sample("rgb.jpg");
        generateFrom("cut.jpg", Arrays.copyOf(jpeg, jpeg.length / 2))
                .refused("truncated JPEG", "fetch or save it again");
        generateFrom("huge.png", Pictures.hugeHeader()).refused("30000x30000", "scale it down first");
        generateFrom("a.heic", "xxxxftypheic".getBytes(StandardCharsets.ISO_8859_1))
                .refused("export it as JPEG");
        generate(directory.resolve("nothing.jpg")).refused("no such file");
        generate(Files.createDirectory(directory.resolve("none"))).refused("no picture in this folder");
    }

    @Test
    void options() {
        generate(photo, "--sampler", "magic").refused("unknown sampler magic", "ddim");
        generate(photo, "--steps", 0).refused("--steps");
        generate(photo, "--batch", 0).refused("--batch must be in 1..64");
        generate(photo, "--guidance", 1000).refused("[-100, 100]");
        generate(photo, "--aggregator", "magic").refused("unknown aggregator magic", "slle");
        generate(photo, "--attributes", "category=spaceship").refused("category=spaceship", "t-shirt");
        generate(photo, "--crop", "everything").refused("--crop", "--help");
        generate(photo, "--seed", "one").refused("--seed");
        generate(photo, "--nonsense").refused("--nonsense");
        CommandRun.of("generate").refused("--image", "--help");
        generate(photo, "--landmark", directory.resolve("none.png")).refused("none.png: no such file");
    }

    @Test
    void models() throws IOException {
        Files.delete(model.vae());
        generate(photo).refused("lacks vae.safetensors", "--model");
        Files.writeString(model.vae(), "not weights");
        generate(photo).refused("vae.safetensors");
        byte[] whole = Files.readAllBytes(good.vae());
        Files.write(model.vae(), Arrays.copyOf(whole, whole.length - 100));
        generate(photo).refused("vae.safetensors");
        Files.write(model.vae(), whole);
        TinyModel.rewriteMetadata(model.vae(), StoredWeights.CONFIG, c -> c.replace("[6,8]", "[8,8]"));
        generate(photo).refused("vae.safetensors", "wrong shape", "same configuration");
        Files.write(model.vae(), whole);
        TinyModel.rewriteMetadata(model.vae(), StoredWeights.CONFIG, c -> c.replace("{", "{\"colour\":1,"));
        generate(photo).refused("ragdiff.config", "vae.safetensors", "colour");
        Files.copy(good.structure(), model.vae(), StandardCopyOption.REPLACE_EXISTING);
        generate(photo).refused("kind structurenet, expected vae");
    }

    @Test
    void databases() throws IOException {
        Path database = directory.resolve("database");
        generate(photo, "--database", database).refused("no structure database", "ragdiff index build");
        TinyModel.writeDatabase(database, good, 0);
        generate(photo, "--database", database).refused("is empty", "ragdiff index build");
        TinyModel.writeStructure(model.structure(), TinyModel.structureConfig(), 99);
        generate(photo).refused("made by another encoder", "rebuild it");
    }

    @Test
    void outputs() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        generate(photo, "--out", file.resolve("flat.png")).refused("is a file, not a folder");
        generate(photo, "--out", file).refused("is a file, not a folder");
        generate(photo, "--out", photo).refused("would replace the photo");
        generate(photo, "--out", directory).refused("would replace the photo");
        generate(photo, "--json", file.resolve("a.json")).refused("is a file, not a folder");
        generate(photo, "--contact-sheet", directory).refused("it is a folder");
        assertThat(file).hasContent("x");
        assertThat(photo).hasBinaryContent(Pictures.sample("rgb.png"));
    }

    @Test
    void aFullDisk() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk.toString()), "needs the right to mount");
        try {
            Files.write(disk.resolve("filler"), new byte[4096]);
            generate(photo, "--out", disk.resolve("flat.png")).refused("flat.png", "the disk is full");
            try (Stream<Path> left = Files.list(disk)) {
                assertThat(left).containsExactly(disk.resolve("filler"));
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... words) throws Exception {
        try {
            Process p = new ProcessBuilder(words).redirectErrorStream(true).start();
            return p.waitFor(10, TimeUnit.SECONDS) && p.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void stackTracesOnlyWhenAskedFor() {
        CommandRun run = generate(directory.resolve("nothing.jpg"), "--verbose");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no such file", "\tat org.ragdiff");
    }
}
