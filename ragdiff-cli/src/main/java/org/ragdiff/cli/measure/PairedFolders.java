package org.ragdiff.cli.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.photo.PictureList;
import org.ragdiff.core.provenance.Sha256;

/**
 * Results and truths of the same names, endings aside: {@code a.png} belongs to {@code a.jpg}. Immutable.
 *
 * @param pairs sorted by name, at least one
 * @param resultsHash SHA-256 of the results' names and contents
 * @param truthsHash alike
 */
record PairedFolders(List<Pair> pairs, String resultsHash, String truthsHash) {
    private static final int NAMED = 5;

    /** Two files of one name. */
    record Pair(String name, Path result, Path truth) {}

    /** @throws BadInputException if a folder has no pictures, one name twice, or pictures without a partner */
    static PairedFolders of(Path results, Path truths) throws IOException {
        Map<String, Path> first = byName(results);
        Map<String, Path> second = byName(truths);
        List<String> problems = new ArrayList<>();
        missing(first, second, "have no truth in " + truths, problems);
        missing(second, first, "have no result in " + results, problems);
        if (!problems.isEmpty()) {
            throw new BadInputException(first.size() + " results and " + second.size() + " truths do not pair by name: "
                    + String.join("; ", problems) + "; every result needs a truth of the same name, and the reverse");
        }
        List<Pair> pairs = new ArrayList<>();
        first.forEach((name, file) -> pairs.add(new Pair(name, file, second.get(name))));
        return new PairedFolders(
                List.copyOf(pairs), Sha256.of(results, first.values()), Sha256.of(truths, second.values()));
    }

    private static Map<String, Path> byName(Path folder) throws IOException {
        PictureList list = PictureList.of(folder);
        if (!list.folder()) {
            throw new BadInputException(folder + " is a file, expected a folder of pictures");
        }
        Map<String, Path> out = new TreeMap<>();
        for (Path file : list.files()) {
            String name = file.getFileName().toString();
            int dot = name.lastIndexOf('.');
            Path other = out.put(dot > 0 ? name.substring(0, dot) : name, file);
            if (other != null) {
                throw new BadInputException(folder + ": " + other.getFileName() + " and " + file.getFileName()
                        + " have one name but for their endings; keep one of them");
            }
        }
        return out;
    }

    private static void missing(Map<String, Path> of, Map<String, Path> in, String words, List<String> problems) {
        Collection<String> names = new TreeSet<>(of.keySet());
        names.removeAll(in.keySet());
        if (!names.isEmpty()) {
            String some = String.join(
                    ", ",
                    names.stream()
                            .limit(NAMED)
                            .map(n -> of.get(n).getFileName().toString())
                            .toList());
            int more = names.size() - NAMED;
            problems.add(some + (more > 0 ? " and " + more + " more" : "") + " " + words);
        }
    }

    List<String> names() {
        return pairs.stream().map(Pair::name).toList();
    }
}
