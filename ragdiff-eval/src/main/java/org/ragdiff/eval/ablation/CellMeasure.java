package org.ragdiff.eval.ablation;

import org.ragdiff.eval.ablation.AblationPlan.Cell;

/** Measures cells. Called by several threads at once. */
public interface CellMeasure {
    /**
     * Everything that determines a cell's figures, as text: settings, seed, protocol, hashes of weights and data,
     * what computes. Cells of equal identity are measured once.
     */
    String identity(Cell cell) throws Exception;

    /** Bytes that measuring the cell takes, beside what all share; an upper estimate. */
    long memory(Cell cell);

    /**
     * Measures.
     *
     * @throws Exception if it cannot be; the others go on
     */
    CellFigures measure(Cell cell) throws Exception;
}
