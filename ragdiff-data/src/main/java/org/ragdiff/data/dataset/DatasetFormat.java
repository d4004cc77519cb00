package org.ragdiff.data.dataset;

import java.io.IOException;

/** A layout of files in which data sets come. Stateless. */
public interface DatasetFormat {
    /** Its name, such as {@code viton-hd}. */
    String kind();

    /** What is expected below the root: a line for each folder or file, indented, with what it holds. */
    String layout();

    /**
     * Finds the pairs without reading pictures.
     *
     * @throws WrongLayoutException if the root does not have this layout
     * @throws IOException if a list cannot be read or is not valid; the message gives file and line
     */
    DatasetListing list(DatasetOptions options) throws IOException;
}
