package org.ragdiff.cli.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.retrieval.database.DatabaseContents;
import org.ragdiff.retrieval.database.LuceneDatabase;

/** Databases that are changed and exchanged from the command line. */
class IndexChangeCommandTest {
    @TempDir
    static Path shared;

    private static ModelFiles model;

    @TempDir
    Path directory;

    private Path database;

    @BeforeAll
    static void writeModel() {
        model = TinyModel.write(shared.resolve("model"));
    }

    @BeforeEach
    void build() {
        database = directory.resolve("database");
        CommandRun.of("index", "build", "--synth", 8, "--seed", 5, "--out", database, "--model", model.directory())
                .done();
    }

    private static String contents(Path path) throws IOException {
        try (LuceneDatabase db = LuceneDatabase.open(path)) {
            return DatabaseContents.sha256(db);
        }
    }

    @Test
    void condensesIntoANewFolder() throws IOException {
        String before = contents(database);
        Path small = directory.resolve("small");
        assertThat(CommandRun.of("index", "condense", "--database", database, "--to", 0.5, "--out", small)
                        .done()
                        .out())
                .contains("4 of 8 garments in");
        assertThat(contents(database)).isEqualTo(before);
        try (LuceneDatabase all = LuceneDatabase.open(database);
                LuceneDatabase few = LuceneDatabase.open(small)) {
            assertThat(few.count()).isEqualTo(4);
            few.entries().forEach(e -> assertThat(all.get(e.id())).isPresent());
            few.entries().forEach(e -> assertThat(few.thumbnail(e.id()).orElseThrow())
                    .isEqualTo(all.thumbnail(e.id()).orElseThrow()));
        }
        CommandRun.of("index", "condense", "--database", database, "--to", 0.5, "--out", small)
                .refused("holds a database already");
        CommandRun.of("index", "condense", "--database", database, "--to", 0, "--out", small.resolve("x"))
                .refused("--to must be above 0");
    }

    @Test
    void addsAndDeletes() throws IOException {
        CommandRun.of("index", "add", "--synth", 3, "--seed", 9, "--database", database, "--model", model.directory())
                .done();
        String first;
        try (LuceneDatabase db = LuceneDatabase.open(database)) {
            assertThat(db.count()).isEqualTo(11);
            first = db.entries().iterator().next().id();
        }
        assertThat(CommandRun.of("index", "delete", "--database", database, first)
                        .done()
                        .out())
                .contains("1 garments deleted, 10 in");
        CommandRun again = CommandRun.of("index", "delete", "--database", database, first);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("no such garment: " + first);
        CommandRun.of("index", "delete", "--database", database).refused("give ids");
        CommandRun.of("index", "delete", "--database", database, "--group", "nobody")
                .refused("no garment of group nobody", "nothing was deleted");
        CommandRun.of(
                        "index",
                        "add",
                        "--synth",
                        3,
                        "--database",
                        directory.resolve("none"),
                        "--model",
                        model.directory())
                .refused("no structure database");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void exportsAndImportsWithoutALoss() throws IOException {
        Path exported = directory.resolve("exported");
        assertThat(CommandRun.of("index", "export", "--database", database, "--out", exported)
                        .done()
                        .out())
                .contains("8 garments in");
        Path back = directory.resolve("back");
        assertThat(CommandRun.of("index", "import", "--from", exported, "--database", back)
                        .done()
                        .out())
                .contains("8 garments added, 0 replaced, 0 left as they were, 8 in");
        assertThat(contents(back)).isEqualTo(contents(database));
        try (LuceneDatabase db = LuceneDatabase.open(back)) {
            assertThat(db.provenance().orElseThrow().command()).contains("--synth 8");
        }
        CommandRun.of("index", "export", "--database", database, "--out", exported)
                .refused("is not empty");
        Files.delete(exported.resolve("embeddings.npy"));
        CommandRun.of("index", "import", "--from", exported, "--database", directory.resolve("broken"))
                .refused("embeddings.npy");
        assertThat(LuceneDatabase.exists(directory.resolve("broken"))).isFalse();
    }

    @Test
    void mergesAllOrNone() throws IOException {
        Path other = directory.resolve("other");
        CommandRun.of("index", "build", "--synth", 12, "--seed", 5, "--out", other, "--model", model.directory())
                .done();
        assertThat(CommandRun.of("index", "merge", "--from", other, "--database", database)
                        .done()
                        .out())
                .contains("4 garments added, 0 replaced, 8 left as they were, 12 in");
        assertThat(contents(database)).isEqualTo(contents(other));
        CommandRun.of("index", "merge", "--from", database, "--database", database)
                .refused("the same folder");
        CommandRun.of("index", "merge", "--from", other, "--database", database, "--on-conflict", "maybe")
                .refused("--on-conflict");
    }
}
