package org.ragdiff.bench;

/** What a row of the table is called and how its work is counted. */
public sealed interface RowSpec permits CaseSpec, SidedSpec {
    /** What is measured, such as {@code conv3x3}. */
    String name();

    /** Size and precision, such as {@code sd15 320->320 64x64 f32}. */
    String params();

    /** Work of one computation. */
    Work work();

    /** Name and parameters: what {@code --only} is matched with, unique in the catalogue. */
    default String id() {
        return name() + "/" + params();
    }
}
