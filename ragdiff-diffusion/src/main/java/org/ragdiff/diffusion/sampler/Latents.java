package org.ragdiff.diffusion.sampler;

/** A view of latents while a run goes on: valid until its next step. */
public final class Latents {
    private final double[] values;

    Latents(double[] values) {
        this.values = values;
    }

    /** Elements of the whole batch, row-major. */
    public int size() {
        return values.length;
    }

    public double get(int index) {
        return values[index];
    }

    /** Copies all elements, rounded to float32. */
    public void copyTo(float[] out) {
        if (out.length != values.length) {
            throw new IllegalArgumentException("out has " + out.length + " elements, the latents " + values.length);
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
    }

    public float[] toArray() {
        float[] out = new float[values.length];
        copyTo(out);
        return out;
    }
}
