package org.ragdiff.bench.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.ragdiff.bench.ResidentMemory;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.DiffusionObjective;
import org.ragdiff.diffusion.unet.RecordedTraining;

/**
 * Times of plans and training steps on the provider that is chosen, for {@code tools/gpu-check.sh}: one JSON object a
 * line in {@code times.jsonl}, and for each what {@code tools/gpu_peer.py} needs to run the same operations in PyTorch.
 * Runs of a plan are submitted one after the other and waited for once; a run's time is the difference between many
 * and half as many, so that waiting and copying the result do not count.
 */
public final class DeviceTimes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BATCH = 64;

    private final Path folder;
    private final int divisor;
    private final double slice;
    private int rows;

    private DeviceTimes(Path folder, int divisor, double slice) throws IOException {
        this.folder = folder;
        this.divisor = divisor;
        this.slice = slice;
        Files.createDirectories(folder);
    }

    /**
     * @param args part ({@code kernels}, {@code step}, {@code leak} or {@code train}), folder, divisor of sizes (1),
     *     seconds of a measurement's shorter half (0.04)
     */
    public static void main(String[] args) throws IOException {
        DeviceTimes times = new DeviceTimes(
                Path.of(args[1]),
                args.length > 2 ? Integer.parseInt(args[2]) : 1,
                args.length > 3 ? Double.parseDouble(args[3]) : 0.04);
        switch (args[0]) {
            case "kernels" -> times.kernels();
            case "step" -> times.step();
            case "leak" -> times.leak();
            case "train" -> times.train();
            default -> throw new IllegalArgumentException("no part is called " + args[0]);
        }
    }

    private static List<Precision> precisions() {
        return Arrays.stream(Precision.values())
                .filter(p -> KernelProviders.installed().stream()
                        .filter(k -> k.unavailableReason().isEmpty())
                        .findFirst()
                        .orElseThrow()
                        .supports(p))
                .toList();
    }

    private static Kernels open(Precision p) {
        return KernelProviders.create(
                KernelProviders.Options.fromSystemProperties().withPrecision(p));
    }

    private void kernels() throws IOException {
        for (Map.Entry<String, Supplier<RecordedNetwork>> e :
                DeviceCases.of(divisor).entrySet()) {
            try (RecordedNetwork network = e.getValue().get()) {
                for (Precision p : precisions()) {
                    time(e.getKey(), network, p);
                }
            }
        }
    }

    private void step() throws IOException {
        UNet2DConfig config =
                divisor == 1 ? UNet2DConfig.stableDiffusion15() : NarrowConfigs.of(UNet2DConfig.stableDiffusion15(), 5);
        try (RecordedNetwork network = DiffusersNetworks.unetStep(config, 2, 64 / divisor, 77)) {
            List<Precision> all = precisions();
            for (Precision p : List.of(Precision.BF16, Precision.TF32)) {
                if (all.contains(p)) {
                    time("sd15 step 2x%1$dx%1$d".formatted(64 / divisor), network, p);
                }
            }
        }
    }

    private void time(String name, RecordedNetwork network, Precision p) throws IOException {
        try (Kernels k = open(p);
                Plan plan = k.compile(network.graph())) {
            network.inputs().forEach(plan::set);
            for (int i = 0; i < 3; i++) {
                seconds(plan, network.output(), 1);
            }
            int runs = (int) Math.max(2, Math.min(2000, slice / seconds(plan, network.output(), 1)));
            double[] each = new double[5];
            for (int i = 0; i < each.length; i++) {
                double half = seconds(plan, network.output(), runs);
                each[i] = Math.max(0, seconds(plan, network.output(), 2 * runs) - half) / runs;
            }
            Arrays.sort(each);
            ObjectNode row = row(name, k)
                    .put("ms", 1e3 * each[each.length / 2])
                    .put("gflop", GraphFlops.of(network.graph()) / 1e9)
                    .put("arenaMB", plan.memory().arena() / 1e6);
            write(row, network.graph(), network.output(), Set.of());
        }
    }

    private static double seconds(Plan plan, String output, int runs) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) {
            plan.run();
        }
        plan.output(output);
        return (System.nanoTime() - start) / 1e9;
    }

    /** 500 steps of one plan; memory after the tenth and the last. */
    private void leak() throws IOException {
        UNet2DConfig config = NarrowConfigs.of(UNet2DConfig.stableDiffusion15(), 5);
        try (RecordedNetwork network = DiffusersNetworks.unetStep(config, 2, 32 / divisor, 77);
                Kernels k = open(Precision.F32);
                Plan plan = k.compile(network.graph())) {
            ObjectNode row = row("500 steps", k);
            float[] first = null;
            for (int i = 1; i <= 500; i++) {
                network.inputs().forEach(plan::set);
                plan.run();
                float[] result = HostArrays.read(plan.output(network.output()));
                if (i == 10) {
                    first = result;
                    row.put("residentMB10", ResidentMemory.now() / 1e6).put("deviceMB10", deviceMegabytes());
                }
            }
            row.put("residentMB500", ResidentMemory.now() / 1e6).put("deviceMB500", deviceMegabytes());
            row.put("sameResult", Arrays.equals(first, HostArrays.read(plan.output(network.output()))));
            append(row);
        }
    }

    /** As nvidia-smi tells, for the whole device; -1 without it. */
    private static long deviceMegabytes() throws IOException {
        try {
            Process p = new ProcessBuilder("nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits")
                    .start();
            String[] lines =
                    new String(p.getInputStream().readAllBytes()).trim().split("\\R");
            return lines[0].matches("\\d+") ? Long.parseLong(lines[0]) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Training steps of the demo's denoiser from its weights. */
    private void train() throws IOException {
        int batch = Math.max(4, BATCH / divisor);
        List<Precision> all = precisions();
        for (Precision p : List.of(Precision.TF32, Precision.BF16, Precision.F32)) {
            // Exact float32 only where there is nothing faster.
            if (all.contains(p) && (p != Precision.F32 || all.size() <= 2)) {
                train(batch, p);
            }
        }
    }

    private void train(int batch, Precision p) throws IOException {
        int steps = 12 / divisor + 4;
        Path directory = Files.createTempDirectory("ragdiff-device");
        DenoisingUnet unet = TrainingSide.unet();
        try (Kernels k = open(p)) {
            DiffusionObjective objective = TrainingSide.objective(unet, batch);
            double[] seconds = new double[steps];
            long[] last = {System.nanoTime()};
            ObjectNode row = row("training step, demo denoiser, batch " + batch, k);
            new Trainer(objective, TrainingSide.trainer(steps), k, directory).run(false, (step, metrics) -> {
                seconds[(int) step - 1] = (System.nanoTime() - last[0]) / 1e9;
                row.put(step == 1 ? "firstLoss" : "lastLoss", metrics.get("loss"));
                last[0] = System.nanoTime();
            });
            // The last step writes a checkpoint, the first ones warm up.
            double[] steady = Arrays.copyOfRange(seconds, steps / 3, steps - 1);
            Arrays.sort(steady);
            row.put("ms", 1e3 * steady[steady.length / 2]);
            RecordedTraining step = objective.record(0);
            row.put("gflop", 3 * GraphFlops.of(step.graph()) / 1e9);
            Set<Long> trained = new HashSet<>();
            unet.parameters()
                    .values()
                    .forEach(w -> trained.add(w.value().data().pointer().address()));
            write(row, step.graph(), RecordedTraining.PREDICTION, trained);
        } finally {
            unet.close();
            try (var files = Files.list(directory)) {
                files.forEach(f -> f.toFile().delete());
            }
            Files.delete(directory);
        }
    }

    private ObjectNode row(String name, Kernels k) {
        return JSON.createObjectNode()
                .put("name", name)
                .put("provider", k.name())
                .put("precision", k.precision().name().toLowerCase(Locale.ROOT));
    }

    private void append(ObjectNode row) throws IOException {
        Files.writeString(
                folder.resolve("times.jsonl"),
                row + "\n",
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
        System.out.println(row);
    }

    /** @param trained addresses of trained weights; the row is a training step if there are some */
    private void write(ObjectNode row, Graph graph, String output, Set<Long> trained) throws IOException {
        TorchTranslation t = TorchTranslation.of(graph, output, TorchLayout.CHANNELS_LAST);
        String file = "program-%d-%03d.json".formatted(ProcessHandle.current().pid(), rows++);
        ObjectNode program = JSON.createObjectNode().put("lines", t.lines()).put("result", t.result());
        ArrayNode inputs = program.putArray("inputs");
        t.inputs()
                .forEach(n -> inputs.add(JSON.valueToTree(graph.inputs().get(n).shape())));
        ArrayNode weights = program.putArray("weights");
        for (TorchTranslation.Weight w : t.weights()) {
            long address = w.operand().storage().constant().data().pointer().address();
            weights.addObject()
                    .put("convolution", w.convolution())
                    .put("trained", trained.contains(address))
                    .set("shape", JSON.valueToTree(w.operand().shape()));
        }
        Files.writeString(folder.resolve(file), program.toString());
        append(row.put("program", file).put("training", !trained.isEmpty()));
    }
}
