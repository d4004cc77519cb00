package org.ragdiff.diffusion.sampler;

/** How far an ancestral step goes down before fresh noise raises it to the next level. */
record Ancestral(double down, double up) {
    static Ancestral of(double from, double to) {
        double variance = to * to * (from * from - to * to) / (from * from);
        double up = Math.sqrt(Math.max(0, variance));
        return new Ancestral(Math.sqrt(Math.max(0, to * to - up * up)), up);
    }
}
