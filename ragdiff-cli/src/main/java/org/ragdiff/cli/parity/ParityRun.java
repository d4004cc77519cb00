package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ragdiff.core.tensor.Kernels;

/** Collects the cases of all families, and lends the tensor provider. Not thread-safe. */
public final class ParityRun {
    private final Kernels kernels;
    private final Consumer<CaseResult> listener;
    private final List<CaseResult> results = new ArrayList<>();
    private String family = "";

    /** @param listener hears of each case when it is done */
    ParityRun(Kernels kernels, Consumer<CaseResult> listener) {
        this.kernels = kernels;
        this.listener = listener;
    }

    /** What a case computes and compares. */
    @FunctionalInterface
    public interface Body {
        /**
         * @param deviation to be added to
         * @throws UnsupportedCaseException to skip the case
         */
        void run(Deviation deviation) throws IOException;
    }

    /** The provider asked for; closed by the command. */
    public Kernels kernels() {
        return kernels;
    }

    /** Runs one case. An exception, other than of being unsupported, fails it and only it. */
    public void check(String name, Tolerance tolerance, Body body) {
        Deviation deviation = new Deviation();
        try {
            body.run(deviation);
            boolean passed = tolerance.allows(deviation);
            report(
                    name,
                    passed ? CaseResult.Status.PASS : CaseResult.Status.FAIL,
                    deviation,
                    tolerance,
                    passed ? "" : "worst: " + deviation.worst());
        } catch (UnsupportedCaseException e) {
            skip(name, e.getMessage());
        } catch (IOException | RuntimeException e) {
            fail(name, oneLine(e));
        }
    }

    /** Reports a case that RAGDiff has nothing for. */
    public void skip(String name, String reason) {
        report(name, CaseResult.Status.SKIP, null, null, reason);
    }

    /** Reports a case that cannot be compared at all. */
    public void fail(String name, String message) {
        report(name, CaseResult.Status.FAIL, null, null, message);
    }

    void begin(String nextFamily) {
        family = nextFamily;
    }

    List<CaseResult> results() {
        return results;
    }

    long count(CaseResult.Status status) {
        return results.stream().filter(r -> r.status() == status).count();
    }

    private void report(
            String name, CaseResult.Status status, Deviation deviation, Tolerance tolerance, String message) {
        CaseResult r = new CaseResult(family, name.replaceAll("\\s", "_"), status, deviation, tolerance, message);
        results.add(r);
        listener.accept(r);
    }

    static String oneLine(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(e.toString());
    }
}
