package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.io.EntryCodec;

/**
 * The writer is killed (SIGKILL) at random moments, from its start to far into its commits, again and
 * again on one directory: each time the database opens, with every checksum right, and holds what its last
 * commit left, which is the last that the writer told of or the one after.
 */
class KilledWriterTest {
    private static final int KILLS = 50;

    @TempDir
    Path directory;

    @Test
    void everyCommitOutlivesItsWriter() throws Exception {
        Path path = directory.resolve("db");
        Random random = new Random(50);
        int last = 0;
        int duringCommits = 0;
        Map<String, StructureEntry> expected = new LinkedHashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            int told = Math.max(last, runAndKill(path, random));
            if (!LuceneDatabase.exists(path)) {
                assertThat(told).isZero();
                continue;
            }
            try (LuceneDatabase db = LuceneDatabase.open(path, "e")) {
                int found = CommitLoop.committed(db);
                assertThat(found).as("commits after kill %d", kill).isBetween(told, told + 1);
                for (int n = last + 1; n <= found; n++) {
                    CommitLoop.apply(n, expected);
                }
                assertHolds(db, expected);
                duringCommits += found > last ? 1 : 0;
                last = found;
            }
        }
        assertThat(duringCommits).as("kills after commits of their own").isGreaterThan(KILLS / 2);
        // What killed writers left is cleared away, and the lock is free.
        try (LuceneDatabase db = LuceneDatabase.openForWriting(path)) {
            db.compact();
            db.commit();
        }
        try (var files = Files.list(path)) {
            assertThat(files).hasSizeLessThanOrEqualTo(6);
        }
    }

    /** The number of the last commit that the writer told of, 0 if none. */
    private int runAndKill(Path path, Random random) throws IOException, InterruptedException {
        // A file keeps what was told before the end; a pipe may lose it.
        Path told = directory.resolve("told.txt");
        Files.deleteIfExists(told);
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CommitLoop.class.getName(),
                        path.toString())
                .redirectOutput(told.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // So many commits of its own, counted from "ready", and a part of the next.
        int lived = random.nextInt(4);
        if (lived == 0 && random.nextBoolean()) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
        } else {
            while (Files.readAllLines(told).size() <= lived && writer.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
            TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
        }
        writer.destroyForcibly().waitFor();
        assertThat(writer.exitValue()).as("killed, not ended").isEqualTo(128 + 9);
        List<String> lines = Files.readAllLines(told);
        return lines.size() < 2 ? 0 : Integer.parseInt(lines.get(lines.size() - 1));
    }

    private static void assertHolds(LuceneDatabase db, Map<String, StructureEntry> expected) {
        assertThat(db.count()).isEqualTo(expected.size());
        List<String> ids = new ArrayList<>();
        for (StructureEntry e : db.entries()) {
            ids.add(e.id());
            StructureEntry right = expected.get(e.id());
            assertThat(right).as(e.id()).isNotNull();
            assertThat(e.embedding()).isEqualTo(right.embedding());
            assertThat(e.field()).isEqualTo(EntryCodec.round(right.field()));
            assertThat(e.attributes()).isEqualTo(right.attributes());
            assertThat(e.group()).isEqualTo(right.group());
        }
        assertThat(ids).isEqualTo(List.copyOf(expected.keySet()));
    }
}
