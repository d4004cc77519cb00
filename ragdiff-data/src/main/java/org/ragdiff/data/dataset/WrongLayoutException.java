package org.ragdiff.data.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder has not the layout of the data set it is said to be. The message shows the expected tree and what is there. */
public final class WrongLayoutException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int MOST_ENTRIES = 12;
    private static final int DEPTH = 2;

    WrongLayoutException(DatasetFormat format, Path root, String what) {
        super(root + " has not the layout of " + format.kind() + ": " + what + "\nExpected:\n"
                + format.layout().indent(2) + "Found:\n" + tree(root).indent(2).stripTrailing());
    }

    private static String tree(Path root) {
        StringBuilder out = new StringBuilder();
        if (!Files.exists(root)) {
            return "nothing: there is no " + root;
        }
        if (!Files.isDirectory(root)) {
            return "a file, not a folder";
        }
        append(root, 0, out);
        return out.isEmpty() ? "an empty folder" : out.toString();
    }

    private static void append(Path folder, int depth, StringBuilder out) {
        List<Path> entries;
        try (Stream<Path> all = Files.list(folder)) {
            entries = all.limit(10_000).sorted().toList();
        } catch (IOException e) {
            out.append("  ".repeat(depth)).append("(cannot be read)\n");
            return;
        }
        List<Path> folders = entries.stream().filter(Files::isDirectory).toList();
        List<Path> files = entries.stream().filter(f -> !Files.isDirectory(f)).toList();
        for (Path f : folders.subList(0, Math.min(MOST_ENTRIES, folders.size()))) {
            out.append("  ".repeat(depth)).append(f.getFileName()).append("/\n");
            if (depth + 1 < DEPTH) {
                append(f, depth + 1, out);
            }
        }
        int shown = Math.min(files.size(), depth == 0 ? MOST_ENTRIES : 1);
        files.subList(0, shown)
                .forEach(f ->
                        out.append("  ".repeat(depth)).append(f.getFileName()).append('\n'));
        int more = entries.size() - shown - Math.min(MOST_ENTRIES, folders.size());
        if (more > 0) {
            out.append("  ".repeat(depth)).append("and ").append(more).append(" more\n");
        }
    }
}
