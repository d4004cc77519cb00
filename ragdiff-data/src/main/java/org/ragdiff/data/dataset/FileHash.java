package org.ragdiff.data.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ragdiff.core.provenance.Sha256;

/** What identifies a data set's files: their contents where these are small, else their names and sizes. Stateless. */
final class FileHash {
    private static final long SMALL = 256L << 20;

    private FileHash() {}

    /** A prefix and the first 16 digits of a hash. */
    static String shortened(String prefix, String content) {
        return prefix + Sha256.of(content).substring(0, 16);
    }

    /** Files that a pair cannot do without. */
    static List<Path> needed(PairFiles pair) {
        List<Path> out = new ArrayList<>(List.of(pair.flat()));
        pair.photo().ifPresent(out::add);
        return out;
    }

    static String of(Path root, List<PairFiles> pairs) throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        StringBuilder text = new StringBuilder();
        for (PairFiles p : pairs) {
            files.addAll(needed(p));
            p.flatMask().filter(Files::isRegularFile).ifPresent(files::add);
            p.photoMask()
                    .map(PairFiles.LabelMap::file)
                    .filter(Files::isRegularFile)
                    .ifPresent(files::add);
            text.append(p.id() + " " + p.group() + " " + p.attributes() + " " + p.hiddenShare() + "\n");
        }
        long bytes = 0;
        Path base = root.toAbsolutePath();
        for (Path f : files) {
            long size = Files.size(f);
            bytes += size;
            text.append(base.relativize(f.toAbsolutePath()) + " " + size + "\n");
        }
        if (bytes <= SMALL) {
            for (Path f : files) {
                text.append(Sha256.of(f)).append('\n');
            }
        }
        return Sha256.of(text.toString());
    }
}
