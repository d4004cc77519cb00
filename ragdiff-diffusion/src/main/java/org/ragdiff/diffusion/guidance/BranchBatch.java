package org.ragdiff.diffusion.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.tensor.HostArrays;

/** Predictions under several choices of conditions, computed as one batch. Not thread-safe; to be closed. */
final class BranchBatch implements AutoCloseable {
    private final Denoiser denoiser;
    private final Denoiser.Prepared prepared;
    private final int branches;
    private final INDArray noisy;
    private final INDArray predicted;
    private final float[] predictions;

    /**
     * @param streams that each branch sees
     * @param negative what a branch sees of the streams that it leaves out
     */
    BranchBatch(
            Denoiser denoiser,
            List<Set<Stream>> streams,
            DenoiserCondition condition,
            DenoiserCondition negative,
            int height,
            int width,
            int channels) {
        this.denoiser = denoiser;
        branches = streams.size();
        List<DenoiserCondition> conditions = new ArrayList<>();
        for (Set<Stream> seen : streams) {
            conditions.add(new DenoiserCondition(
                    condition.batch(),
                    seen.contains(Stream.STRUCTURE) ? condition.structure() : negative.structure(),
                    seen.contains(Stream.LANDMARK) ? condition.landmark() : negative.landmark(),
                    seen.contains(Stream.REFERENCE) ? condition.reference() : negative.reference()));
        }
        prepared = denoiser.prepare(conditions, height, width);
        long rows = (long) condition.batch() * branches;
        noisy = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, height, width, channels);
        predicted = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, height, width, channels);
        predictions = new float[Math.toIntExact(predicted.length())];
    }

    /** The predictions of all branches one after the other; overwritten by the next call. */
    float[] predict(float[] x, double timestep) {
        for (int b = 0; b < branches; b++) {
            HostArrays.write(noisy, (long) b * x.length, x, 0, x.length);
        }
        denoiser.predict(noisy, timestep, prepared, predicted);
        HostArrays.read(predicted, 0, predictions, 0, predictions.length);
        return predictions;
    }

    @Override
    public void close() {
        prepared.close();
        noisy.close();
        predicted.close();
    }
}
