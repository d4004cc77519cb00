package org.ragdiff.bench.retrieval;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.PairedCase;

/**
 * Rows of retrieval whose NAME/PARAMS a regular expression is found in, by one thread and by the processor time
 * of the whole process: for a machine that other work shares, where wall time says how much of it was left.
 * Ours and the peer in turns, medians. Argument: the expression. Threads of OpenMP that wait would count as well:
 * with {@code OMP_WAIT_POLICY=passive} they sleep.
 */
public final class ProcessorTimes {
    private static final int TURNS = 11;
    /** Turns that are not counted: the compiler works in them. */
    private static final int WARM_UP = 4;
    /** Of a turn, in nanoseconds; the clock ticks every 10 ms. */
    private static final double TURN = 4e8;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ProcessorTimes() {}

    public static void main(String[] args) {
        if (args.length != 1) {
            throw new IllegalArgumentException("expected one regular expression, got " + args.length + " arguments");
        }
        Pattern only = Pattern.compile(args[0]);
        for (CaseSpec row : RetrievalCases.list()) {
            if (only.matcher(row.id()).find()) {
                try (PairedCase opened = row.open().get()) {
                    opened.openOurs(1);
                    measure(row, opened, opened.openPeer(1));
                }
            }
        }
    }

    private static void measure(CaseSpec row, PairedCase opened, String peer) {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int turn = 0; turn < WARM_UP + TURNS; turn++) {
            double own = turn(opened::ours);
            double other = peer.isEmpty() ? Double.NaN : turn(opened::peer);
            if (turn >= WARM_UP) {
                ours.add(own);
                theirs.add(other);
            }
        }
        double own = median(ours);
        double other = median(theirs);
        System.out.printf(
                Locale.ROOT,
                "%s: %.2f us, %.2f us %s, ratio %.2f%n",
                row.id(),
                own / 1e3,
                other / 1e3,
                peer.isEmpty() ? "(no peer)" : peer,
                own / other);
    }

    /** Nanoseconds of processors of one call. */
    private static double turn(Runnable work) {
        long begun = SYSTEM.getProcessCpuTime();
        long spent;
        int calls = 0;
        do {
            int more = 1 + calls / 8;
            for (int i = 0; i < more; i++) {
                work.run();
            }
            calls += more;
            spent = SYSTEM.getProcessCpuTime() - begun;
        } while (spent < TURN);
        return spent / (double) calls;
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
