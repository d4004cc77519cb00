/**
 * Garments that no camera saw: parametric cuts, fabrics and folds, drawn in the standard frame with
 * an exact silhouette and the attributes that follow from the parameters. Lengths are in
 * centimetres, x to the right of the garment's middle, y down from the highest point of the shoulder
 * (or the waist).
 */
package org.ragdiff.data.procedural;
