package org.ragdiff.cli.train;

import java.util.SplittableRandom;
import org.ragdiff.diffusion.refine.RefinerInputs;

/** Shows a refiner's photo in other colours; white stays. So garments are not known again by theirs. Stateless. */
final class EvidenceDye {
    private static final double WEAKEST = 0.6;
    private static final double STRONGEST = 1.4;

    private EvidenceDye() {}

    /** @param evidence [cells, 7] from {@code from} on, see {@link RefinerInputs}; its colours are replaced */
    static void apply(float[] evidence, int from, int cells, SplittableRandom random) {
        int[] order = {0, 1, 2};
        double[] strength = new double[3];
        for (int c = 0; c < 3; c++) {
            int other = c + random.nextInt(3 - c);
            int kept = order[c];
            order[c] = order[other];
            order[other] = kept;
            strength[c] = random.nextDouble(WEAKEST, STRONGEST);
        }
        float[] colour = new float[3];
        for (int i = 0; i < cells; i++) {
            int at = from + i * RefinerInputs.CHANNELS;
            System.arraycopy(evidence, at, colour, 0, 3);
            for (int c = 0; c < 3; c++) {
                evidence[at + c] = (float) Math.max(-1, 1 - strength[c] * (1 - colour[order[c]]));
            }
        }
    }
}
