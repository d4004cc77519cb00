package org.ragdiff.core.optim;

/** Stochastic gradient descent with momentum, as torch.optim.SGD. Not thread-safe. */
public final class Sgd implements Optimiser {
    private final Options options;
    private double[][] momenta;

    /**
     * @param momentum in [0, 1)
     * @param dampening of what the gradient adds to the momentum
     * @param weightDecay added to the gradient as weightDecay · parameter
     * @param nesterov looks ahead (Sutskever et al., ICML 2013); needs momentum and no dampening
     */
    public record Options(double momentum, double dampening, double weightDecay, boolean nesterov) {
        public Options {
            if (!(momentum >= 0) || !(weightDecay >= 0) || nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException("momentum and weightDecay must be at least 0, and nesterov needs"
                        + " momentum without dampening; got " + momentum + ", " + weightDecay + ", " + dampening);
            }
        }

        /** Plain descent. */
        public static Options defaults() {
            return new Options(0, 0, 0, false);
        }
    }

    public Sgd(Options options) {
        this.options = options;
    }

    @Override
    public void step(Tensor[] parameters, Tensor[] gradients, double rate) {
        boolean first = momenta == null;
        if (first) {
            momenta = Optimiser.zeros(parameters);
        }
        for (int i = 0; i < parameters.length; i++) {
            float[] p = parameters[i].values();
            for (int j = 0; j < p.length; j++) {
                double g = gradients[i].values()[j] + options.weightDecay * p[j];
                if (options.momentum > 0) {
                    double m = first ? g : options.momentum * momenta[i][j] + (1 - options.dampening) * g;
                    momenta[i][j] = m;
                    g = options.nesterov ? g + options.momentum * m : m;
                }
                p[j] = (float) (p[j] - rate * g);
            }
        }
    }
}
