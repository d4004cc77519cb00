package org.ragdiff.retrieval.database;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;

/** A process that commits one small change after another until it is killed, and says each number when it is done. */
final class CommitLoop {
    static final int DIMENSION = 16;
    /** The entry whose group is the number of the last commit. */
    private static final String COUNTER = "counter";

    private CommitLoop() {}

    /** The directory of the database, made if it is missing. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        try (LuceneDatabase db = LuceneDatabase.exists(directory)
                ? LuceneDatabase.openForWriting(directory)
                : LuceneDatabase.create(directory, DIMENSION, "e")) {
            say("ready");
            for (int n = committed(db) + 1; ; n++) {
                db.upsert(written(n));
                deleted(n).forEach(db::delete);
                if (n % 10 == 0) {
                    db.compact();
                }
                db.commit();
                say(Integer.toString(n));
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** Number of the last commit that a database holds. */
    static int committed(StructureDatabase db) {
        return db.get(COUNTER).map(e -> Integer.parseInt(e.group())).orElse(0);
    }

    /** Makes of what a database holds after a commit, in order, what it has to hold after the next, number n. */
    static void apply(int n, Map<String, StructureEntry> all) {
        written(n).forEach(e -> all.put(e.id(), e));
        deleted(n).forEach(all::remove);
    }

    private static List<StructureEntry> written(int n) {
        Random random = new Random(n);
        List<StructureEntry> out = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            out.add(entry("e" + random.nextInt(120), random.nextLong(), "group-" + n));
        }
        out.add(entry(COUNTER, n, Integer.toString(n)));
        return out;
    }

    private static List<String> deleted(int n) {
        Random random = new Random(-n);
        return List.of("e" + random.nextInt(120), "e" + random.nextInt(120));
    }

    private static StructureEntry entry(String id, long seed, String group) {
        Random random = new Random(seed);
        return new StructureEntry(
                id,
                StructureExamples.unitVector(random, DIMENSION),
                StructureExamples.randomBox(random),
                GarmentAttributes.of(GarmentAttributes.Category.values()[random.nextInt(5)]),
                group);
    }
}
