package org.ragdiff.core.optim;

/**
 * Adam (Kingma and Ba, ICLR 2015) and, with decoupled decay, AdamW (Loshchilov and Hutter, ICLR 2019), as
 * torch.optim.Adam and torch.optim.AdamW. Not thread-safe.
 */
public final class Adam implements Optimiser {
    private final Options options;
    private double[][] m;
    private double[][] v;
    private double[][] largest;
    private long steps;

    /**
     * @param beta1 decay of the gradients' mean, in [0, 1)
     * @param beta2 decay of their mean square, in [0, 1)
     * @param eps added to the root
     * @param weightDecay at least 0
     * @param decoupled whether decay shrinks the parameter (AdamW) rather than being added to the gradient
     * @param amsgrad divides by the largest mean square so far (Reddi et al., ICLR 2018)
     */
    public record Options(
            double beta1, double beta2, double eps, double weightDecay, boolean decoupled, boolean amsgrad) {
        public Options {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && eps >= 0 && weightDecay >= 0)) {
                throw new IllegalArgumentException("betas must be in [0, 1), eps and weightDecay at least 0; got "
                        + beta1 + ", " + beta2 + ", " + eps + ", " + weightDecay);
            }
        }

        /** torch.optim.Adam's. */
        public static Options adam() {
            return new Options(0.9, 0.999, 1e-8, 0, false, false);
        }

        /** torch.optim.AdamW's. */
        public static Options adamW() {
            return new Options(0.9, 0.999, 1e-8, 0.01, true, false);
        }
    }

    public Adam(Options options) {
        this.options = options;
    }

    @Override
    public void step(Tensor[] parameters, Tensor[] gradients, double rate) {
        if (m == null) {
            m = Optimiser.zeros(parameters);
            v = Optimiser.zeros(parameters);
            largest = Optimiser.zeros(parameters);
        }
        steps++;
        double correction1 = 1 - Math.pow(options.beta1, steps);
        double correction2 = Math.sqrt(1 - Math.pow(options.beta2, steps));
        for (int i = 0; i < parameters.length; i++) {
            float[] p = parameters[i].values();
            for (int j = 0; j < p.length; j++) {
                double g = gradients[i].values()[j];
                double value = p[j];
                if (options.decoupled) {
                    value *= 1 - rate * options.weightDecay;
                } else {
                    g += options.weightDecay * value;
                }
                m[i][j] = options.beta1 * m[i][j] + (1 - options.beta1) * g;
                v[i][j] = options.beta2 * v[i][j] + (1 - options.beta2) * g * g;
                largest[i][j] = Math.max(largest[i][j], v[i][j]);
                double square = options.amsgrad ? largest[i][j] : v[i][j];
                p[j] = (float) (value - rate / correction1 * m[i][j] / (Math.sqrt(square) / correction2 + options.eps));
            }
        }
    }
}
