package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.generate.LandmarkMask;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.diffusers.ragdiffusion.RagDiffusionPipeline;
import org.ragdiff.diffusion.guidance.Guidance;
import org.ragdiff.diffusion.guidance.GuidancePlan;
import org.ragdiff.diffusion.guidance.Stream;
import picocli.CommandLine.Option;

/** Files of the three conditions and their negatives; each may be absent. */
final class StreamFiles {
    private static final String STRUCTURE = "structure";

    @Option(
            names = "--structure",
            paramLabel = "FILE",
            description = "Embedding of the structure as safetensors: structure, [D] or [1, D]; made a unit vector.")
    private Path structure;

    @Option(names = "--landmark", paramLabel = "MASK", description = "Silhouette, as for `ragdiff generate`.")
    private Path landmark;

    @Option(names = "--reference", paramLabel = "PHOTO", description = "Photo of the pattern.")
    private Path reference;

    @Option(
            names = "--negative-structure",
            paramLabel = "FILE",
            description = "Embedding that guidance leads away from; goes with --structure.")
    private Path negativeStructure;

    @Option(
            names = "--negative-landmark",
            paramLabel = "MASK",
            description = "Silhouette that guidance leads away from; goes with --landmark.")
    private Path negativeLandmark;

    @Option(
            names = "--negative-reference",
            paramLabel = "PHOTO",
            description = "Pattern that guidance leads away from; goes with --reference.")
    private Path negativeReference;

    /** Predictions of one step for each picture, at most. */
    int branches(Guidance guidance) {
        Set<Stream> given = EnumSet.noneOf(Stream.class);
        if (structure != null) {
            given.add(Stream.STRUCTURE);
        }
        if (landmark != null) {
            given.add(Stream.LANDMARK);
        }
        if (reference != null) {
            given.add(Stream.REFERENCE);
        }
        return GuidancePlan.of(guidance.scales(), given).branches().size();
    }

    /** Distinct photos for each picture. */
    int references() {
        return (reference == null ? 0 : 1) + (negativeReference == null ? 0 : 1);
    }

    DenoiserCondition condition(RagDiffusionPipeline pipeline, int pixels, int batch) throws IOException {
        return read(structure, landmark, reference, pipeline, pixels, batch);
    }

    DenoiserCondition negative(RagDiffusionPipeline pipeline, int pixels, int batch) throws IOException {
        pairs("--negative-structure", negativeStructure, "--structure", structure);
        pairs("--negative-landmark", negativeLandmark, "--landmark", landmark);
        pairs("--negative-reference", negativeReference, "--reference", reference);
        return read(negativeStructure, negativeLandmark, negativeReference, pipeline, pixels, batch);
    }

    private static void pairs(String name, Path given, String partner, Path needed) {
        if (given != null && needed == null) {
            throw new BadInputException(name + " goes with " + partner + ": guidance leads from the one to the other");
        }
    }

    private static DenoiserCondition read(
            Path structure, Path landmark, Path reference, RagDiffusionPipeline pipeline, int pixels, int batch)
            throws IOException {
        INDArray e = structure == null ? null : rows(embedding(structure), batch, -1);
        INDArray field = null;
        if (landmark != null) {
            var f = LandmarkMask.read(landmark);
            field = rows(f.toArray(), batch, f.side(), f.side(), 1);
        }
        INDArray latents = null;
        if (reference != null) {
            int cells = pixels / pipeline.codec().factor();
            float[] z = StartLatents.encode(pipeline.codec(), ImageFiles.read(reference), pixels);
            latents = rows(z, batch, cells, cells, pipeline.codec().channels());
        }
        return new DenoiserCondition(batch, e, field, latents);
    }

    private static float[] embedding(Path file) throws IOException {
        try (SafetensorsFile f = SafetensorsFile.open(file);
                INDArray a = f.readFloat(STRUCTURE)) {
            float[] v = HostArrays.read(a);
            double squares = 0;
            for (float x : v) {
                squares += (double) x * x;
            }
            if (!(squares > 0 && squares < Double.POSITIVE_INFINITY)) {
                throw new BadInputException(file + ": " + STRUCTURE + " must be finite and not zero");
            }
            for (int i = 0; i < v.length; i++) {
                v[i] /= (float) Math.sqrt(squares);
            }
            return v;
        }
    }

    /** One row for each picture; −1 stands for its length. */
    private static INDArray rows(float[] row, int batch, long... shape) {
        float[] all = new float[Math.multiplyExact(batch, row.length)];
        for (int i = 0; i < batch; i++) {
            System.arraycopy(row, 0, all, i * row.length, row.length);
        }
        long[] full = new long[shape.length + 1];
        full[0] = batch;
        for (int i = 0; i < shape.length; i++) {
            full[i + 1] = shape[i] < 0 ? row.length : shape[i];
        }
        return FloatMemory.array(all, full);
    }
}
