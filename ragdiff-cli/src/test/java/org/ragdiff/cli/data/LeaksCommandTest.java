package org.ragdiff.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.data.procedural.ProceduralGarments;

class LeaksCommandTest {
    @TempDir
    private Path folder;

    private void write(String name, RgbImage image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageFiles.writePng(file, image, Map.of());
    }

    @Test
    void findsACopyOfAnotherSize() throws IOException {
        ProceduralGarments garments = new ProceduralGarments(8, 96, 5);
        for (int i = 0; i < 6; i++) {
            write("train/" + i + ".png", garments.get(i).standard());
        }
        write("test/6.png", garments.get(6).standard());
        write("test/copy.png", Resize.rgb(garments.get(3).standard(), 64, 64, ResampleFilter.BICUBIC));
        Path table = folder.resolve("leaks.csv");
        CommandRun run = CommandRun.of(
                "data", "leaks", "--train", folder.resolve("train"), "--test", folder.resolve("test"), "--out", table);
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.FAILED);
        assertThat(Files.readString(table))
                .startsWith("split,kind,filename,other,dctBits,gradientBits\ntest,leaked_from_train,copy.png,3.png,")
                .hasLineCount(2);
        Files.delete(folder.resolve("test/copy.png"));
        CommandRun.of("data", "leaks", "--train", folder.resolve("train"), "--test", folder.resolve("test"))
                .done();
        CommandRun.of("data", "leaks", "--train", folder.resolve("none"), "--test", folder.resolve("test"))
                .refused("none: no such file or folder");
    }
}
