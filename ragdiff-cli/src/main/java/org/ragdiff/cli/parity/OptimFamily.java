package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;
import org.ragdiff.core.optim.Adafactor;
import org.ragdiff.core.optim.Adam;
import org.ragdiff.core.optim.AverageDecay;
import org.ragdiff.core.optim.Optimiser;
import org.ragdiff.core.optim.RateSchedule;
import org.ragdiff.core.optim.Sgd;
import org.ragdiff.core.tensor.Kernels;

/** Trajectories of optimisers, learning rates and weight averages on a linear regression. */
final class OptimFamily implements ParityFamily {
    @Override
    public String name() {
        return "optim";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        List<FixtureObject> cases = folder.index().objects("cases");
        try (FixtureTensors tensors = folder.onlyTensors()) {
            for (FixtureObject c : cases) {
                String name = c.text("name");
                Tolerance tolerance = Tolerance.relative(c.numberOr("tolerance", 1e-5));
                run.check(name, tolerance, d -> {
                    OptimTrajectory t = new OptimTrajectory(tensors, name, run.kernels());
                    Optimiser optimiser = optimiser(c, run.kernels());
                    try {
                        t.run(optimiser, c.numberOr("clip_grad_norm", 0), rate(c), ema(c));
                    } finally {
                        if (optimiser instanceof KernelAdamW k) {
                            k.close();
                        }
                    }
                    t.compare(d);
                });
            }
        }
    }

    private static Optimiser optimiser(FixtureObject c, Kernels kernels) {
        FixtureObject args = c.object("args");
        return switch (c.text("optimizer")) {
            case "SGD" -> {
                Sgd.Options o = Sgd.Options.defaults();
                yield new Sgd(new Sgd.Options(
                        args.numberOr("momentum", o.momentum()),
                        args.numberOr("dampening", o.dampening()),
                        args.numberOr("weight_decay", o.weightDecay()),
                        args.flagOr("nesterov", o.nesterov())));
            }
            case "Adam" -> adam(args, Adam.Options.adam(), kernels);
            case "AdamW" -> adam(args, Adam.Options.adamW(), kernels);
            case "Adafactor" -> {
                Adafactor.Options o = Adafactor.Options.defaults();
                yield new Adafactor(new Adafactor.Options(
                        args.numberOr("beta2_decay", o.beta2Decay()),
                        o.eps1(),
                        o.eps2(),
                        args.numberOr("d", o.d()),
                        args.numberOr("weight_decay", o.weightDecay())));
            }
            default -> throw new UnsupportedCaseException("RAGDiff has no optimiser " + c.text("optimizer"));
        };
    }

    /** By the provider where it has the rule. */
    private static Optimiser adam(FixtureObject args, Adam.Options o, Kernels kernels) {
        double[] betas = args.has("betas") ? args.numbers("betas") : new double[] {o.beta1(), o.beta2()};
        if (betas.length != 2) {
            throw new FixtureException(args.where() + ": betas must be two numbers, got " + betas.length);
        }
        Adam.Options options = new Adam.Options(
                betas[0],
                betas[1],
                args.numberOr("eps", o.eps()),
                args.numberOr("weight_decay", o.weightDecay()),
                o.decoupled(),
                args.flagOr("amsgrad", o.amsgrad()));
        return KernelAdamW.covers(options) ? new KernelAdamW(kernels, options) : new Adam(options);
    }

    private static OptimTrajectory.Rate rate(FixtureObject c) {
        double base = c.object("args").number("lr");
        if (!c.has("lr_scheduler")) {
            return step -> base;
        }
        FixtureObject s = c.object("lr_scheduler");
        RateSchedule.Shape shape;
        try {
            shape = RateSchedule.Shape.byName(s.text("name"));
        } catch (IllegalArgumentException e) {
            throw new UnsupportedCaseException(e.getMessage());
        }
        RateSchedule schedule = new RateSchedule(
                shape,
                s.integerOr("num_warmup_steps", 0),
                s.integerOr("num_training_steps", 0),
                s.numberOr("num_cycles", shape.defaultCycles()));
        return step -> base * schedule.factor(step);
    }

    /** Null for none. */
    private static AverageDecay ema(FixtureObject c) {
        if (!c.has("ema")) {
            return null;
        }
        FixtureObject e = c.object("ema");
        AverageDecay o = AverageDecay.defaults();
        return new AverageDecay(
                e.numberOr("decay", o.decay()),
                e.numberOr("min_decay", o.minDecay()),
                e.integerOr("update_after_step", (int) o.updateAfterStep()),
                e.flagOr("use_ema_warmup", o.warmup()),
                e.numberOr("inv_gamma", o.inverseGamma()),
                e.numberOr("power", o.power()));
    }
}
