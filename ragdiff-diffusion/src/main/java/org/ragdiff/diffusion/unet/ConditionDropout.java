package org.ragdiff.diffusion.unet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;

/**
 * Which samples of a training batch see which condition, drawn independently for each stream (classifier-free
 * guidance, Ho and Salimans 2022). Samples with a reference come first in {@link #order}.
 *
 * @param order sample at each row
 * @param references rows that have a reference: the first ones
 * @param structure for each row, whether it has ê
 * @param landmark for each row, whether it has a landmark
 */
record ConditionDropout(int[] order, int references, boolean[] structure, boolean[] landmark) {

    /** All conditions, in the order of the batch. */
    static ConditionDropout none(int n) {
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        boolean[] all = new boolean[n];
        Arrays.fill(all, true);
        return new ConditionDropout(order, n, all, all);
    }

    static ConditionDropout draw(SplittableRandom random, DiffusionTrainingOptions options) {
        int n = options.batch();
        boolean[] structure = new boolean[n];
        boolean[] landmark = new boolean[n];
        boolean[] reference = new boolean[n];
        for (int i = 0; i < n; i++) {
            boolean any = random.nextDouble() >= options.allDropout();
            structure[i] = random.nextDouble() >= options.structureDropout() && any;
            landmark[i] = random.nextDouble() >= options.landmarkDropout() && any;
            reference[i] = random.nextDouble() >= options.referenceDropout() && any;
        }
        Integer[] rows = new Integer[n];
        Arrays.setAll(rows, i -> i);
        Arrays.sort(rows, Comparator.comparing((Integer i) -> !reference[i]));
        int[] order = new int[n];
        boolean[] s = new boolean[n];
        boolean[] l = new boolean[n];
        int references = 0;
        for (int i = 0; i < n; i++) {
            order[i] = rows[i];
            s[i] = structure[rows[i]];
            l[i] = landmark[rows[i]];
            references += reference[rows[i]] ? 1 : 0;
        }
        return new ConditionDropout(order, references, s, l);
    }

    /** The samples' values in the order of the rows; only the first {@code count} rows. */
    float[] arrange(float[] values, int count) {
        int each = values.length / order.length;
        float[] out = new float[count * each];
        for (int i = 0; i < count; i++) {
            System.arraycopy(values, order[i] * each, out, i * each, each);
        }
        return out;
    }
}
