package org.ragdiff.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.eval.report.TrainingPage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints figures as they are logged, and writes the training's page at each checkpoint. */
final class TrainingWatch implements TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingWatch.class);

    private final Path out;
    private final PrintWriter printer;
    private byte[] recipe;

    /**
     * @param out folder of the training
     * @param recipe copied into it as it is now, once there is something to show
     * @param printer gets a line for each step that is logged
     */
    TrainingWatch(Path out, Path recipe, PrintWriter printer) throws IOException {
        this.out = out;
        this.printer = printer;
        this.recipe = Files.readAllBytes(recipe);
    }

    @Override
    public void onLog(long step, Map<String, Double> figures) {
        StringBuilder line = new StringBuilder("step " + step);
        figures.forEach((name, value) -> line.append(String.format(Locale.ROOT, "  %s %.4g", name, value)));
        printer.println(line);
        printer.flush();
    }

    /** A page that cannot be written is no reason to stop. */
    @Override
    public void onCheckpoint(long step) {
        try {
            if (recipe != null) {
                AtomicFiles.write(out.resolve(TrainingPage.RECIPE), recipe);
                recipe = null;
            }
            TrainingPage.write(out);
        } catch (IOException | RuntimeException e) {
            LOG.warn("no page of the training after step {}: {}", step, e.toString());
        }
    }
}
