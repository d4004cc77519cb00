package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.generate.RunOptions;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;

/**
 * Where sampled pictures go: the file itself, or one beside it for each seed that was listed.
 *
 * @param out of a single picture
 * @param seeds of several, or empty
 */
record PictureFiles(Path out, List<Long> seeds) {
    private List<Path> files() {
        return seeds.isEmpty()
                ? List.of(out)
                : seeds.stream().map(s -> RunOptions.named(out, s)).toList();
    }

    void requireWritable() throws IOException {
        for (Path f : files()) {
            OutputPaths.requireWritableFile(f);
        }
    }

    void write(List<RgbImage> images, PrintWriter terminal) throws IOException {
        OutputPaths.makeFolderOf(out);
        for (int i = 0; i < images.size(); i++) {
            Path file = files().get(i);
            ImageFiles.writePng(file, images.get(i), Map.of());
            terminal.println("wrote   " + file);
        }
    }
}
