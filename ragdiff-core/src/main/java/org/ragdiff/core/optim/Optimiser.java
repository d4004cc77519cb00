package org.ragdiff.core.optim;

/**
 * Updates parameters from their gradients, and keeps what it remembers of earlier steps. One instance for one
 * set of parameters, which is given in the same order at each step. Not thread-safe.
 */
public interface Optimiser {
    /**
     * One update in place.
     *
     * @param parameters float32; modified
     * @param gradients of the same shapes; not modified
     * @param rate learning rate, at least 0
     */
    void step(Tensor[] parameters, Tensor[] gradients, double rate);

    /**
     * Values with their shape, on the heap.
     *
     * @param values 'c' order, not copied
     * @param shape not copied
     */
    record Tensor(float[] values, long[] shape) {
        public Tensor {
            long n = 1;
            for (long d : shape) {
                n = Math.multiplyExact(n, d);
            }
            if (n != values.length) {
                throw new IllegalArgumentException(
                        values.length + " values for shape " + java.util.Arrays.toString(shape));
            }
        }
    }

    /** One array of zeros for each parameter. */
    static double[][] zeros(Tensor[] parameters) {
        double[][] out = new double[parameters.length][];
        for (int i = 0; i < out.length; i++) {
            out[i] = new double[parameters[i].values().length];
        }
        return out;
    }

    /**
     * Scales gradients down to a global L2 norm (torch.nn.utils.clip_grad_norm_).
     *
     * @param gradients modified
     * @param maxNorm positive
     * @return the norm before
     */
    static double clip(Tensor[] gradients, double maxNorm) {
        double sum = 0;
        for (Tensor g : gradients) {
            for (float v : g.values()) {
                sum += (double) v * v;
            }
        }
        double norm = Math.sqrt(sum);
        double factor = Math.min(1, maxNorm / (norm + 1e-6));
        for (Tensor g : gradients) {
            for (int i = 0; i < g.values().length; i++) {
                g.values()[i] *= (float) factor;
            }
        }
        return norm;
    }
}
