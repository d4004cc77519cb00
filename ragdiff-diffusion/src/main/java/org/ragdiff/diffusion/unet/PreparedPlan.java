package org.ragdiff.diffusion.unet;

import java.util.Arrays;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** Conditions inside a plan of their own, which predicts from {@link #NOISY} and {@link #TIME_CODE}. */
public final class PreparedPlan implements Denoiser.Prepared {
    /** Input: noisy latents [N, h, w, C]. */
    public static final String NOISY = "noisy";
    /** Input: codes of the timestep [N, channels]. */
    public static final String TIME_CODE = "timeCode";
    /** Output [N, h, w, C]. */
    public static final String PREDICTION = "prediction";

    private final Denoiser owner;
    private final PlanCache<?>.Lease lease;
    private final long[] shape;

    /**
     * @param owner that may predict with it
     * @param lease with all conditions set; closed with this
     */
    public PreparedPlan(Denoiser owner, PlanCache<?>.Lease lease, int batch, int height, int width, int channels) {
        this.owner = owner;
        this.lease = lease;
        this.shape = new long[] {batch, height, width, channels};
    }

    /** {@link Denoiser#predict}, checked; {@code codes} makes the time code of one timestep for each row. */
    public static void predict(
            Denoiser denoiser,
            ScheduleConfig schedule,
            Function<double[], float[]> codes,
            INDArray noisy,
            double timestep,
            Denoiser.Prepared prepared,
            INDArray out) {
        if (!(prepared instanceof PreparedPlan p) || p.owner != denoiser) {
            throw new IllegalArgumentException("the conditions were not prepared by this denoiser");
        }
        if (!Arrays.equals(noisy.shape(), p.shape) || !Arrays.equals(out.shape(), p.shape)) {
            throw new IllegalArgumentException("noisy and out must have shape " + Arrays.toString(p.shape) + ", got "
                    + Arrays.toString(noisy.shape()) + " and " + Arrays.toString(out.shape()));
        }
        if (!(timestep >= 0 && timestep <= schedule.numTrainTimesteps())) {
            throw new IllegalArgumentException(
                    "timestep must be in [0, " + schedule.numTrainTimesteps() + "], got " + timestep);
        }
        double[] timesteps = new double[(int) p.shape[0]];
        Arrays.fill(timesteps, timestep);
        Plan plan = p.lease.plan();
        plan.set(NOISY, noisy);
        plan.set(TIME_CODE, codes.apply(timesteps));
        plan.run();
        HostArrays.copy(plan.output(PREDICTION), 0, out, 0, out.length());
    }

    @Override
    public void close() {
        lease.close();
    }
}
