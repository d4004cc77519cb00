package org.ragdiff.data.dataset;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Layouts of data sets by name, for the command line and configuration files. */
public final class Datasets {
    private static final Map<String, DatasetFormat> BY_KIND = new TreeMap<>();

    static {
        for (DatasetFormat format : List.of(new VitonHd(), new DressCode(), new OwnPairs(), new FlatFolder())) {
            BY_KIND.put(format.kind(), format);
        }
    }

    private Datasets() {}

    /**
     * @throws IllegalArgumentException for an unknown name, with the list of known ones
     */
    public static DatasetFormat byKind(String kind) {
        DatasetFormat format = BY_KIND.get(kind);
        if (format == null) {
            throw new IllegalArgumentException("unknown kind of data set \"" + kind + "\", expected one of " + kinds());
        }
        return format;
    }

    /** The known names, sorted. */
    public static List<String> kinds() {
        return List.copyOf(BY_KIND.keySet());
    }

    /**
     * Opens a data set.
     *
     * @throws WrongLayoutException if the root does not have the layout
     * @throws IOException if a list is not valid, a file is missing, or nothing is left
     */
    public static Dataset open(String kind, DatasetOptions options, PictureRules rules) throws IOException {
        return Dataset.of(byKind(kind), options, rules);
    }
}
