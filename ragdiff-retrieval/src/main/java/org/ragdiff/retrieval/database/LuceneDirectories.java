package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;

/** What is in a directory: whether there is a database, and whether it is whole. Stateless. */
final class LuceneDirectories {
    /** The file of databases of earlier versions. */
    private static final String EARLIER = "structures.ragdb";

    private LuceneDirectories() {}

    static boolean holdsDatabase(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(f -> f.getFileName().toString().startsWith("segments_"));
        } catch (IOException e) {
            return false;
        }
    }

    static void requireDatabase(Path directory) throws IOException {
        if (!holdsDatabase(directory)) {
            if (Files.exists(directory.resolve(EARLIER))) {
                throw new IOException("the structure database " + directory
                        + " was made by an earlier version of this program: rebuild it with `ragdiff index build`");
            }
            throw new IOException("no structure database at " + directory + ": build one with `ragdiff index build`");
        }
    }

    /**
     * The last commit, after every byte of it was read and its checksums compared.
     *
     * @throws IOException with a message for users if anything is missing or damaged
     */
    static DirectoryReader openWhole(Path path, Directory directory) throws IOException {
        DirectoryReader reader = null;
        try {
            reader = DirectoryReader.open(directory);
            verify(reader);
            LuceneMeta.fromCommitData(reader.getIndexCommit().getUserData());
            return reader;
        } catch (IOException | RuntimeException e) {
            if (reader != null) {
                reader.close();
            }
            throw damaged(path, e);
        }
    }

    static void verify(DirectoryReader reader) throws IOException {
        for (LeafReaderContext leaf : reader.leaves()) {
            ((CodecReader) leaf.reader()).checkIntegrity();
        }
    }

    static IOException damaged(Path path, Exception why) {
        return new IOException(
                "cannot read the structure database " + path + ": " + why.getMessage()
                        + "; restore it or rebuild it with `ragdiff index build`",
                why);
    }

    /** Bytes of all files. */
    static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        }
    }
}
