package org.ragdiff.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.bench.SidedSpec;
import org.ragdiff.bench.peer.TorchPeer;

/** Runs each side in a process of its own; a side that several rows share is run once. Used by one thread. */
final class SidedMeasurement {
    private final int threads;
    private final Map<SidedSpec.Side, JsonNode> measured = new HashMap<>();

    SidedMeasurement(int threads) {
        this.threads = threads;
    }

    RowResult measure(SidedSpec spec) throws RowFailedException {
        JsonNode ours = run(spec, spec.ours());
        boolean paired = TorchPeer.unavailableReason().isEmpty();
        double millis = 1000 * number(spec, ours, "medianSeconds");
        double spread = number(spec, ours, "spread");
        double heap = number(spec, ours, "heapBytes");
        double memory = 1e6 * number(spec, ours, "offHeapMB");
        if (!paired) {
            return new RowResult(spec, "", millis, 0, spec.work().rate(millis), spread, heap, memory, 0, 0);
        }
        JsonNode peer = run(spec, spec.peer());
        double expected = number(spec, peer, "check");
        double difference = Math.abs(number(spec, ours, "check") - expected) / Math.abs(expected);
        if (!(difference <= spec.tolerance())) {
            throw new RowFailedException(
                    spec.id() + ": the results of both sides differ by a share of " + difference + ", more than "
                            + spec.tolerance(),
                    null);
        }
        return new RowResult(
                spec,
                spec.peerName(),
                millis,
                1000 * number(spec, peer, "medianSeconds"),
                spec.work().rate(millis),
                spread,
                heap,
                memory,
                1e6 * number(spec, peer, "offHeapMB"),
                difference);
    }

    private static double number(SidedSpec spec, JsonNode json, String name) throws RowFailedException {
        JsonNode value = json.path(name);
        if (!value.isNumber()) {
            throw new RowFailedException(spec.id() + ": no number " + name + " in " + json, null);
        }
        return value.asDouble();
    }

    private JsonNode run(SidedSpec spec, SidedSpec.Side side) throws RowFailedException {
        JsonNode known = measured.get(side);
        if (known == null) {
            known = fork(spec, side);
            measured.put(side, known);
        }
        return known;
    }

    private JsonNode fork(SidedSpec spec, SidedSpec.Side side) throws RowFailedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ForkArguments.list(threads));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(side.program().getName());
        command.addAll(side.arguments());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            String[] lines = out.strip().split("\n");
            if (code != 0) {
                throw new RowFailedException(spec.id() + ": " + side.arguments() + " ended with " + code, null);
            }
            return new ObjectMapper().readTree(lines[lines.length - 1]);
        } catch (IOException e) {
            throw new RowFailedException(spec.id() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RowFailedException(spec.id() + ": interrupted", e);
        }
    }
}
