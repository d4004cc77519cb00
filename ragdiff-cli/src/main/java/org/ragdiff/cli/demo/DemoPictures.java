package org.ragdiff.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.evaluate.Ablation;
import org.ragdiff.cli.evaluate.EvaluatedGarment;
import org.ragdiff.cli.generate.Manifest;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.pipeline.GenerationResult;

/**
 * Writes a garment's photo, truth and results as PNG files with their manifests: {@code NN-photo}, {@code
 * NN-truth}, {@code NN-result}, {@code NN-no-retrieval}. Immutable.
 */
final class DemoPictures {
    private final Path folder;
    private final Manifest.Common common;

    /**
     * @param folder made if it is missing
     */
    DemoPictures(Path folder, Manifest.Common common) {
        this.folder = Objects.requireNonNull(folder, "folder");
        this.common = Objects.requireNonNull(common, "common");
    }

    /**
     * @param number of the garment, from 1
     */
    void write(int number, EvaluatedGarment g) throws IOException {
        OutputPaths.makeFolder(folder);
        String name = String.format(Locale.ROOT, "%02d-", number);
        RgbImage wild = g.pair().wild();
        Path photo = folder.resolve(name + "photo.png");
        ImageFiles.writePng(photo, wild, Map.of());
        ImageFiles.writePng(folder.resolve(name + "truth.png"), g.pair().standard(), Map.of());
        Manifest.Photo from =
                new Manifest.Photo(photo.getFileName().toString(), Sha256.of(photo), wild.width(), wild.height(), null);
        write(name + "result", Manifest.of(from, g.full(), common), g.full());
        GenerationResult without = g.ablated().get(Ablation.NONE.suffix());
        if (without != null) {
            write(name + "no-retrieval", Manifest.of(from, without, common), without);
        }
    }

    private void write(String name, Manifest manifest, GenerationResult result) throws IOException {
        ImageFiles.writePng(folder.resolve(name + ".png"), result.image(), manifest.text());
        OutputPaths.writeJson(folder.resolve(name + ".json"), manifest);
    }
}
