package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.pipeline.NegativeConditions;
import picocli.CommandLine.Option;

/** Options of what guidance leads away from. */
final class NegativeOptions {
    @Option(
            names = "--negative",
            paramLabel = "PHOTO",
            description = "Photo of what guidance is to lead away from: its pattern and its structure.")
    private Path negative;

    @Option(
            names = "--negative-landmark",
            paramLabel = "MASK",
            description = "Silhouette that guidance is to lead away from; drawn as for --landmark.")
    private Path negativeLandmark;

    NegativeConditions conditions() throws IOException {
        NegativeConditions away = NegativeConditions.NONE;
        if (negative != null) {
            away = away.withPhoto(ImageFiles.read(negative));
        }
        if (negativeLandmark != null) {
            away = away.withLandmark(LandmarkMask.read(negativeLandmark));
        }
        return away;
    }

    /** SHA-256 of the photo's file, or null. */
    String photoSha256() throws IOException {
        return negative == null ? null : Sha256.of(negative);
    }

    /** SHA-256 of the mask's file, or null. */
    String landmarkSha256() throws IOException {
        return negativeLandmark == null ? null : Sha256.of(negativeLandmark);
    }
}
