package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.model.DatabaseBuilder;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.retrieval.database.LuceneDatabase;

/**
 * The folder of a fine-tuned model: that of the model it starts from, with garments added to the database and other
 * networks for what was trained, and a folder of the work.
 */
record FineTuneFiles(ModelFiles model) {
    private static final String WORK = "work";

    /** Features, and the denoiser's log and checkpoint. */
    Path work() {
        return model.directory().resolve(WORK);
    }

    /** The refiner's log and checkpoint. */
    Path refinerWork() {
        return work().resolve("refiner");
    }

    /** Figures before and after. */
    Path results() {
        return model.directory().resolve("finetune.json");
    }

    /** Photo, truth, result before and after, of held-out garments. */
    Path sheet() {
        return model.directory().resolve("finetune.png");
    }

    /** @throws BadInputException if it holds something and {@code resume} is false */
    void requireFree(boolean resume) throws IOException {
        if (resume || !Files.isDirectory(model.directory())) {
            return;
        }
        try (Stream<Path> content = Files.list(model.directory())) {
            if (content.findAny().isPresent()) {
                throw new BadInputException(model.directory()
                        + " is not empty; give another folder, or --resume to go on with the fine-tuning in it");
            }
        }
    }

    /** Copies all but the denoiser, and adds garments to the database. What is there already stays. */
    void start(ModelFiles from, StructureEncoder encoder, GarmentStore garments) throws IOException {
        Files.createDirectories(work());
        try (Stream<Path> all = Files.list(from.directory())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path to = model.directory().resolve(file.getFileName());
                boolean weights = file.getFileName().toString().endsWith(".safetensors");
                if (weights && !file.equals(from.diffusion()) && !Files.exists(to)) {
                    copy(file, to);
                }
            }
        }
        if (!Files.isDirectory(model.database())) {
            Path part = work().resolve("database");
            delete(part);
            Files.createDirectory(part);
            try (Stream<Path> all = Files.list(from.database())) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, part.resolve(file.getFileName()));
                }
            }
            try (LuceneDatabase database = LuceneDatabase.openForWriting(part, encoder.fingerprint())) {
                new DatabaseBuilder(encoder).addAll(garments, database, true, done -> {});
            }
            Files.move(part, model.database());
        }
    }

    /** Puts what was trained in its place; the refiner that is there stays if none is given. */
    void finish(Path denoiser, Optional<Path> refiner) throws IOException {
        if (refiner.isPresent()) {
            copy(refiner.get(), model.refiner());
        }
        copy(denoiser, model.diffusion());
    }

    private void copy(Path from, Path to) throws IOException {
        Path part = work().resolve(to.getFileName() + ".part");
        Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            List<Path> all;
            try (Stream<Path> walk = Files.walk(folder)) {
                all = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path p : all) {
                Files.delete(p);
            }
        }
    }
}
