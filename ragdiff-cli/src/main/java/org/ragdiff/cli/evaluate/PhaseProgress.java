package org.ragdiff.cli.evaluate;

import java.util.Objects;
import org.ragdiff.cli.ProgressLine;

/** A progress bar for each phase of preparation, one after another. Thread-safe. */
final class PhaseProgress implements EvaluationInputs.PreparationListener, AutoCloseable {
    private String phase;
    private ProgressLine line;

    @Override
    public synchronized void progressed(String what, int done, int all) {
        if (!Objects.equals(phase, what)) {
            close();
            phase = what;
            line = ProgressLine.start(what, all);
        }
        line.stepTo(done);
    }

    @Override
    public synchronized void close() {
        if (line != null) {
            line.close();
            line = null;
            phase = null;
        }
    }
}
