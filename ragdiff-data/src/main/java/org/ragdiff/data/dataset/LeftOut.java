package org.ragdiff.data.dataset;

/**
 * What a data set lists and a reader does not give out.
 *
 * @param name of the pair or file, as the data set has it
 * @param reason kind of reason
 * @param detail in words; names the file where there is one
 */
public record LeftOut(String name, Reason reason, String detail) {
    /** Why something is left out. */
    public enum Reason {
        /** A copy of another picture of the same split, by a published list. */
        DUPLICATE,
        /** A test picture that training has, by a published list. */
        LEAKED_FROM_TRAIN,
        /** A training pair whose group the test has too. */
        IN_BOTH_SPLITS,
        /** Listed more than once. */
        LISTED_TWICE,
        /** A file that is not there. */
        MISSING,
        /** A file that cannot be decoded, or shows no garment. */
        UNREADABLE
    }
}
