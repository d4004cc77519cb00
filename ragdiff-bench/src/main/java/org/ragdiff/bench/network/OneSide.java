package org.ragdiff.bench.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.Supplier;
import org.ragdiff.bench.ResidentMemory;
import org.ragdiff.core.plan.PlanMemory;
import org.ragdiff.core.plan.PlanOptions;
import org.ragdiff.core.tensor.Kernels;

/**
 * One side of a large network in a process of its own: so that its memory is its own, and two copies of the
 * weights need not fit. Prints one line of JSON.
 */
public final class OneSide {
    private OneSide() {}

    /**
     * Measures.
     *
     * @param args name of a {@link NetworkCases#networks network}, {@code ours} or a {@link TorchLayout}, {@code F32} or
     *     {@code BF16}, number of measured steps
     */
    public static void main(String[] args) {
        if (args.length != 4) {
            throw new IllegalArgumentException(
                    "expected NETWORK SIDE PRECISION STEPS, got " + args.length + " arguments");
        }
        Supplier<RecordedNetwork> row = NetworkCases.networks().get(args[0]);
        if (row == null) {
            throw new IllegalArgumentException("no network \"" + args[0] + "\"; they are "
                    + NetworkCases.networks().keySet());
        }
        Kernels.Precision precision = Kernels.Precision.valueOf(args[2].toUpperCase(Locale.ROOT));
        measure(row, args[1], precision, Integer.parseInt(args[3]), System.out);
    }

    private static void measure(
            Supplier<RecordedNetwork> row, String side, Kernels.Precision precision, int steps, PrintStream out) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        long start = System.nanoTime();
        json.put("residentAtStartMB", ResidentMemory.now() / 1e6);
        RecordedNetwork network = row.get();
        json.put("side", side).put("precision", precision.name());
        json.put("gflop", GraphFlops.of(network.graph()) / 1e9).put("weightMB", network.weightBytes() / 1e6);
        if (side.equals("ours")) {
            try (network;
                    NetworkPlan plan = new NetworkPlan(
                            network, precision, PlanOptions.defaults().withReleaseWeights(true))) {
                PlanMemory m = plan.memory();
                json.put("arenaMB", m.arena() / 1e6).put("unsharedMB", m.sum() / 1e6);
                json.put("scratchMB", m.scratch() / 1e6).put("ownWeightsMB", m.weights() / 1e6);
                steps(plan::run, steps, start, json);
                json.put("check", norm(plan.result()));
            }
        } else {
            TorchLayout layout = TorchLayout.valueOf(side.toUpperCase(Locale.ROOT));
            NetworkPeer peer;
            try (network) {
                peer = new NetworkPeer(network, layout, precision);
            }
            try (peer) {
                steps(peer::run, steps, start, json);
                json.put("check", norm(peer.result()));
            }
        }
        out.println(json);
    }

    /** One unmeasured step, then the measured ones (at least one); memory before, at most and after each. */
    private static void steps(Runnable step, int steps, long start, ObjectNode json) {
        System.gc();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        json.put("setupSeconds", (System.nanoTime() - start) / 1e9);
        json.put("residentBeforeMB", ResidentMemory.now() / 1e6);
        ResidentMemory.resetPeak();
        long first = System.nanoTime();
        step.run();
        json.put("firstSeconds", (System.nanoTime() - first) / 1e9);
        for (int i = 0; i < steps; i++) {
            ObjectNode s = json.withArray("steps").addObject();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            step.run();
            s.put("seconds", (System.nanoTime() - begin) / 1e9);
            s.put("heapBytes", threads.getCurrentThreadAllocatedBytes() - allocated);
            s.put("residentMB", ResidentMemory.now() / 1e6);
        }
        json.put("peakMB", ResidentMemory.peak() / 1e6);
        json.put(
                "offHeapMB",
                json.get("peakMB").asDouble() - json.get("residentAtStartMB").asDouble());
        SideSummary.put(json, json.get("steps").findValues("seconds"));
        json.put("heapBytes", json.get("steps").get(steps - 1).get("heapBytes").asLong());
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float v : values) {
            sum += (double) v * v;
        }
        return Math.sqrt(sum);
    }
}
