package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ragdiff.diffusion.sampler.Latents;
import org.ragdiff.diffusion.sampler.SamplerRun;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import org.ragdiff.diffusion.schedule.NoiseSchedule;

/** Trajectories of diffusers' schedulers: levels, every call on the stored outputs, whole runs, noising. */
final class SchedulersFamily implements ParityFamily {
    private static final Tolerance STEPS = Tolerance.relative(1e-4);
    private static final double TRAJECTORY = 1e-3;
    private static final double TIMESTEP = 1e-3;
    private static final double SIGMA = 1e-4;

    @Override
    public String name() {
        return "schedulers";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        List<FixtureObject> cases = folder.index().objects("cases");
        Map<String, FixtureTensors> files = new HashMap<>();
        try {
            for (FixtureObject c : cases) {
                run.check(c.text("scheduler") + "/" + c.text("name"), STEPS, d -> {
                    if (c.has("failed")) {
                        throw new UnsupportedCaseException(
                                "the library refused it: " + c.node().get("failed"));
                    }
                    if (!SchedulerConfig.classNames().contains(c.text("scheduler"))) {
                        throw new UnsupportedCaseException("RAGDiff has no " + c.text("scheduler"));
                    }
                    String file = c.text("file");
                    if (!files.containsKey(file)) {
                        files.put(file, folder.tensors(file));
                    }
                    check(new SchedulerCase(c, files.get(file)), d);
                });
            }
        } finally {
            for (FixtureTensors t : files.values()) {
                t.close();
            }
        }
    }

    private static void check(SchedulerCase c, Deviation d) throws IOException {
        levels(c, d);
        double[] outputs = c.values("mid.model_output");
        trajectory(c, d, (call, x, t, out) -> {
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) outputs[call * out.length + i];
            }
        });
        Deviation whole = new Deviation();
        trajectory(c, whole, (call, x, t, out) -> c.model(x, t, out));
        d.require(
                whole.maxRel() <= TRAJECTORY,
                "the whole trajectory deviates by " + whole.maxRel() + " of its largest value, at most " + TRAJECTORY
                        + " is allowed");
        noising(c, d);
    }

    private static void levels(SchedulerCase c, Deviation d) throws IOException {
        SamplerRun run = c.run();
        double[] timesteps = c.values("out.timesteps");
        d.require(run.calls() == timesteps.length, run.calls() + " calls, the fixture has " + timesteps.length);
        for (int i = 0; i < timesteps.length; i++) {
            d.require(
                    Math.abs(run.timestep(i) - timesteps[i]) <= TIMESTEP,
                    "timestep " + i + " is " + run.timestep(i) + ", expected " + timesteps[i]);
        }
        if (c.has("out.sigmas")) {
            double[] sigmas = c.values("out.sigmas");
            double[] own = run.sigmas();
            d.add("sigmas", own, sigmas);
            for (int i = 0; i < sigmas.length; i++) {
                d.require(
                        Math.abs(own[i] - sigmas[i]) <= SIGMA * sigmas[i] + 1e-12,
                        "sigma " + i + " is " + own[i] + ", expected " + sigmas[i]);
            }
        }
        double scale = c.index().numberOr("init_noise_sigma", run.startScale());
        d.add("init_noise_sigma", run.startScale(), scale);
    }

    private interface Model {
        void predict(int call, float[] input, double timestep, float[] out);
    }

    /** Latents and estimates after each call, relative to the largest of that call. */
    private static void trajectory(SchedulerCase c, Deviation d, Model model) throws IOException {
        SamplerRun run = c.run();
        float[] start = narrow(c.values("in.noise0"));
        run.begin(Start.fromNoise(start));
        int size = start.length;
        float[] input = new float[size];
        float[] prediction = new float[size];
        double[] samples = c.values("out.samples");
        double[] clean = c.has("mid.pred_original") ? c.values("mid.pred_original") : null;
        for (int call = 0; call < run.calls(); call++) {
            run.input(input);
            model.predict(call, input, run.timestep(call), prediction);
            run.step(prediction);
            add(d, "samples after call " + call, run.view(), samples, call);
            if (clean != null) {
                add(d, "pred_original of call " + call, run.estimate(), clean, call);
            }
        }
    }

    /** Values that the library itself drove to NaN are not judged, ours have to be finite. */
    private static void add(Deviation d, String what, Latents own, double[] all, int call) {
        double[] expected = Arrays.copyOfRange(all, call * own.size(), (call + 1) * own.size());
        for (int i = 0; i < expected.length; i++) {
            d.require(Double.isFinite(own.get(i)), what + ": element " + i + " is " + own.get(i));
        }
        int[] judged = IntStream.range(0, expected.length)
                .filter(i -> Double.isFinite(expected[i]))
                .toArray();
        d.add(
                what,
                Arrays.stream(judged).mapToDouble(own::get).toArray(),
                Arrays.stream(judged).mapToDouble(i -> expected[i]).toArray());
    }

    private static void noising(SchedulerCase c, Deviation d) throws IOException {
        if (!c.has("add_noise.out")) {
            return;
        }
        SamplerRun run = c.run();
        double[] timesteps = c.values("out.timesteps");
        double t = c.values("add_noise.timesteps")[0];
        int[] calls = IntStream.range(0, timesteps.length)
                .filter(i -> timesteps[i] == t)
                .toArray();
        d.require(calls.length > 0, "add_noise is at timestep " + t + ", which the run does not visit");
        // diffusers takes the second of equal timesteps.
        int call = calls[Math.min(1, calls.length - 1)];
        double[] clean = c.values("add_noise.x0");
        double[] noise = c.values("add_noise.noise");
        d.add("add_noise", mixed(run.signal(call), clean, run.noise(call), noise), c.values("add_noise.out"));
        NoiseSchedule schedule = c.config().process().schedule();
        if (c.has("add_noise.velocity") && schedule != null && run.signal(call) < 1) {
            double alphaBar = schedule.alphaCumprod((int) t);
            d.add(
                    "velocity",
                    mixed(-Math.sqrt(1 - alphaBar), clean, Math.sqrt(alphaBar), noise),
                    c.values("add_noise.velocity"));
        }
    }

    private static double[] mixed(double a, double[] x, double b, double[] y) {
        double[] out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = a * x[i] + b * y[i];
        }
        return out;
    }

    private static float[] narrow(double[] a) {
        float[] out = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = (float) a[i];
        }
        return out;
    }
}
