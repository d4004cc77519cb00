package org.ragdiff.diffusion.unet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.tensor.HostArrays;

/**
 * Several conditions one after the other along a batch, such as the branches of a guided run. Arrays are row-major and
 * not to be modified.
 *
 * @param structure ê [batch · D], or null if no row has one
 * @param structureGiven which rows have one
 * @param landmark signed distances [batch · side · side], or null if no row has one
 * @param landmarkSide side of the fields
 * @param landmarkGiven which rows have one
 * @param references distinct arrays of clean latents, each [B, h, w, C], in the order that {@code rows} counts them
 * @param rows which reference each row reads
 */
public record ConditionRows(
        float[] structure,
        boolean[] structureGiven,
        float[] landmark,
        int landmarkSide,
        boolean[] landmarkGiven,
        List<INDArray> references,
        ReferenceRows rows) {
    /**
     * @param height of the latents that are generated
     * @param channels of the reference latents
     * @throws IllegalArgumentException if there is no row or the conditions do not fit together
     */
    public static ConditionRows of(List<DenoiserCondition> conditions, int height, int width, int channels) {
        int batch = conditions.stream().mapToInt(DenoiserCondition::batch).sum();
        if (batch < 1) {
            throw new IllegalArgumentException("there is no condition to prepare");
        }
        boolean[] structureGiven = new boolean[batch];
        boolean[] landmarkGiven = new boolean[batch];
        int[] rows = new int[batch];
        Arrays.fill(rows, -1);
        float[] structure = null;
        float[] landmark = null;
        int side = 0;
        Map<INDArray, Integer> firstOf = new IdentityHashMap<>();
        List<INDArray> references = new ArrayList<>();
        int at = 0;
        int distinct = 0;
        for (DenoiserCondition c : conditions) {
            if (c.structure() != null) {
                structure = place(structure, HostArrays.read(c.structure()), at, c.batch(), batch);
                Arrays.fill(structureGiven, at, at + c.batch(), true);
            }
            if (c.landmark() != null) {
                side = side(c.landmark(), side);
                landmark = place(landmark, HostArrays.read(c.landmark()), at, c.batch(), batch);
                Arrays.fill(landmarkGiven, at, at + c.batch(), true);
            }
            if (c.reference() != null) {
                requireReference(c.reference(), height, width, channels);
                Integer first = firstOf.get(c.reference());
                if (first == null) {
                    first = distinct;
                    firstOf.put(c.reference(), first);
                    references.add(c.reference());
                    distinct += c.batch();
                }
                for (int i = 0; i < c.batch(); i++) {
                    rows[at + i] = first + i;
                }
            }
            at += c.batch();
        }
        return new ConditionRows(
                structure, structureGiven, landmark, side, landmarkGiven, references, ReferenceRows.of(rows));
    }

    private static int side(INDArray landmark, int before) {
        int s = Math.toIntExact(landmark.size(1));
        if (before != 0 && before != s || landmark.size(2) != s || landmark.size(3) != 1) {
            throw new IllegalArgumentException("landmarks must all be [B, S, S, 1] of one side S, got shape "
                    + Arrays.toString(landmark.shape()) + (before == 0 ? "" : " after side " + before));
        }
        return s;
    }

    private static void requireReference(INDArray r, int height, int width, int channels) {
        if (r.size(3) != channels || r.size(1) != height || r.size(2) != width) {
            throw new IllegalArgumentException("reference latents must be [B, " + height + ", " + width + ", "
                    + channels + "], as large as what is generated, got shape " + Arrays.toString(r.shape()));
        }
    }

    private static float[] place(float[] all, float[] rows, int at, int count, int batch) {
        int each = rows.length / count;
        float[] target = all == null ? new float[batch * each] : all;
        if (target.length != batch * each) {
            throw new IllegalArgumentException(
                    "conditions of one batch have rows of " + each + " and of " + target.length / batch + " values");
        }
        System.arraycopy(rows, 0, target, at * each, rows.length);
        return target;
    }
}
