package org.ragdiff.bench.run;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Catalogue;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.ResidentMemory;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.core.tensor.KernelProviders;

/**
 * Any row of the {@link Catalogue}, ours and the peer in turns: one iteration is a slice of ours and a slice
 * of the peer's, so that whatever else the machine does hits both. JMH's own score is the time of both
 * slices; the row's figures are the auxiliary counters. Before the first iteration both results are compared
 * once, and a row whose results differ fails.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 5)
@Measurement(iterations = 12)
public class PairBenchmark {
    /** Length of a slice in milliseconds. */
    static final String SLICE = "ragdiff.bench.sliceMillis";
    /** Prefix of the machine's limits, in thousands of millions a second. */
    static final String PEAK = "ragdiff.bench.peak.";
    /** Threads of either side. */
    static final String THREADS = "ragdiff.threads";

    /** The figures of an iteration, beside JMH's score. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        /** Median time of ours in milliseconds. */
        public double oursMillis;
        /** Median time of the peer's; 0 if there is none. */
        public double peerMillis;
        /** GFLOP/s or GB/s of ours; 0 if not counted. */
        public double oursRate;
        /** Ours' rate as a share of the machine's limit; 0 if not counted. */
        public double share;
        /** Java heap that one computation of ours takes. */
        public double oursHeapBytes;
        /** Most memory off the heap while ours was opened and run, operands among it. */
        public double oursOffHeapBytes;
        /** The same of the peer's. */
        public double peerOffHeapBytes;
        /** Largest difference of the results, as a share of the largest value. */
        public double difference;
    }

    /** An opened row. */
    @State(Scope.Thread)
    public static class Row {
        /** {@link CaseSpec#id()}. */
        @Param("matmul/square 1024x1024x1024 f32")
        public String row;

        private final Slice ours = new Slice();
        private final Slice peer = new Slice();
        private CaseSpec spec;
        private PairedCase opened;
        private String peerName;
        private long sliceNanos;
        private double difference;
        private long oursBytes;
        private long peerBytes;

        /** Opens both sides and compares their results. */
        @Setup(Level.Trial)
        public void open() {
            try {
                openBoth();
            } catch (RuntimeException | LinkageError e) {
                ForkReport.failure(e);
                throw e;
            }
        }

        private void openBoth() {
            int threads = Integer.getInteger(THREADS, 2);
            sliceNanos = 1_000_000L * Integer.getInteger(SLICE, 100);
            spec = Catalogue.find(row);
            opened = spec.open().get();
            // So that what the libraries themselves take is counted for neither.
            KernelProviders.create(KernelProviders.Options.defaults()).close();
            TorchPeer.unavailableReason();
            oursBytes = growth(() -> {
                opened.openOurs(threads);
                opened.ours();
                opened.ours();
            });
            peerBytes = growth(() -> {
                peerName = opened.openPeer(threads);
                if (hasPeer()) {
                    opened.peer();
                }
            });
            ForkReport.peer(peerName);
            if (hasPeer()) {
                difference = opened.difference();
                if (!(difference <= opened.tolerance())) {
                    throw new IllegalStateException(
                            "%s: results of ours and of %s differ by %.3g of the largest value, at most %.3g is allowed"
                                    .formatted(row, peerName, difference, opened.tolerance()));
                }
            }
        }

        private static long growth(Runnable work) {
            long before = ResidentMemory.now();
            ResidentMemory.resetPeak();
            work.run();
            return Math.max(0, ResidentMemory.peak() - before);
        }

        private boolean hasPeer() {
            return !peerName.isEmpty();
        }

        /** Closes both sides. */
        @TearDown(Level.Trial)
        public void close() {
            opened.close();
        }
    }

    /** A slice of ours, a slice of the peer's. */
    @Benchmark
    public void pair(Row r, Figures f) {
        r.ours.run(r.opened::ours, r.sliceNanos);
        f.oursMillis = r.ours.millis();
        f.oursHeapBytes = r.ours.heapBytes();
        if (r.hasPeer()) {
            r.peer.run(r.opened::peer, r.sliceNanos);
            f.peerMillis = r.peer.millis();
        }
        f.oursRate = r.spec.work().rate(f.oursMillis);
        double limit = Double.parseDouble(
                System.getProperty(PEAK + r.spec.work().limit().name(), "0"));
        f.share = limit > 0 ? f.oursRate / limit : 0;
        f.oursOffHeapBytes = r.oursBytes;
        f.peerOffHeapBytes = r.peerBytes;
        f.difference = r.difference;
    }
}
