package org.ragdiff.bench.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.ragdiff.bench.ResidentMemory;
import org.ragdiff.bench.peer.TorchFunction;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.DiffusionBatch;
import org.ragdiff.diffusion.unet.DiffusionObjective;
import org.ragdiff.diffusion.unet.DiffusionTrainingOptions;
import org.ragdiff.diffusion.unet.RecordedTraining;
import org.ragdiff.diffusion.unet.UnetConfig;

/**
 * Training steps of the demo's denoiser, its weights and its recipe's batch, by one side in a process of its
 * own. Prints one line of JSON. The first step's loss and gradient norm are those of the other side; later
 * ones differ, because ours draws new noise and the peer leaves out the moments' bias correction, a scalar.
 */
public final class TrainingSide {
    private static final int SIDE = 32;
    private static final int LANDMARK = 64;
    /** The demo recipe's. */
    static final int BATCH = 16;

    private static final DiffusionTrainingOptions OPTIONS =
            new DiffusionTrainingOptions(BATCH, 0.15, 0.15, 0.1, 0.05, 0, 1, 0);

    private TrainingSide() {}

    /** @param args {@code ours}, {@code ours2} with two replicas of half a batch, or a {@link TorchLayout}; steps */
    public static void main(String[] args) throws IOException {
        int steps = Integer.parseInt(args[1]);
        ObjectNode json = new ObjectMapper().createObjectNode().put("side", args[0]);
        if (args[0].startsWith("ours")) {
            ours(args[0].equals("ours2") ? 2 : 1, steps, json);
        } else {
            peer(TorchLayout.valueOf(args[0]), steps, json);
        }
        System.out.println(json);
    }

    static TrainerOptions trainer(int steps) {
        return new TrainerOptions(
                steps,
                6e-4,
                0,
                TrainerOptions.Schedule.CONSTANT,
                0.9,
                0.99,
                0.01,
                1,
                0.998,
                1,
                1_000_000,
                0,
                false,
                1,
                0,
                List.of(),
                List.of());
    }

    static DenoisingUnet unet() throws IOException {
        StoredWeights stored = StoredWeights.open(DemoNetworks.folder().resolve("diffusion.safetensors"));
        DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(0), stored.config("diffusion", UnetConfig.class));
        stored.loadInto(unet);
        return unet;
    }

    static DiffusionObjective objective(DenoisingUnet unet, int batch) {
        ScheduleConfig schedule = ScheduleConfig.defaults();
        // Drawn once: the peer gets its data ready too.
        DiffusionBatch data = batch(unet.config(), batch);
        return new DiffusionObjective(unet, (seed, step, n) -> data, schedule, OPTIONS.withBatch(batch), Map.of());
    }

    private static DiffusionBatch batch(UnetConfig c, int n) {
        Random random = new Random(n);
        int latents = n * SIDE * SIDE * c.latentChannels();
        float[] structure = normals(random, n * c.structureDimension(), 1 / Math.sqrt(c.structureDimension()));
        return new DiffusionBatch(
                n,
                SIDE,
                SIDE,
                normals(random, latents, 1),
                normals(random, n * SIDE * SIDE * c.referenceLatentChannels(), 1),
                structure,
                normals(random, n * LANDMARK * LANDMARK, 0.1),
                LANDMARK,
                null);
    }

    private static float[] normals(Random random, int n, double scale) {
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = (float) (scale * random.nextGaussian());
        }
        return out;
    }

    static void ours(int replicas, int steps, ObjectNode json) throws IOException {
        List<DiffusionObjective> objectives = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            objectives.add(objective(unet(), OPTIONS.batch() / replicas));
        }
        Path folder = Files.createTempDirectory("ragdiff-bench");
        try (Kernels kernels = KernelProviders.create(KernelProviders.Options.defaults())) {
            start(json);
            long[] last = {System.nanoTime()};
            new Trainer(objectives, trainer(steps), kernels, folder).run(false, (step, metrics) -> {
                long now = System.nanoTime();
                json.withArray("seconds").add((now - last[0]) / 1e9);
                if (step == 1) {
                    json.put("loss", metrics.get("loss")).put("norm", metrics.get("gradientNorm"));
                }
                json.put("poolMB", metrics.get("poolMegabytes"));
                if (step == steps) {
                    end(json);
                }
                last[0] = System.nanoTime();
            });
        } finally {
            objectives.forEach(o -> o.module().close());
            try (var files = Files.list(folder)) {
                files.forEach(f -> f.toFile().delete());
            }
            Files.delete(folder);
        }
    }

    static void peer(TorchLayout layout, int steps, ObjectNode json) throws IOException {
        try (DenoisingUnet unet = unet()) {
            RecordedTraining step = objective(unet, OPTIONS.batch()).record(0);
            json.put("gflopForward", GraphFlops.of(step.graph()) / 1e9);
            TorchTranslation t = TorchTranslation.of(step.graph(), RecordedTraining.PREDICTION, layout, "p");
            Map<Long, Integer> ranks = unet.parameters().values().stream()
                    .collect(Collectors.toMap(p -> p.value().data().pointer().address(), p -> p.shape().length));
            List<Boolean> trained = new ArrayList<>();
            List<Boolean> decaying = new ArrayList<>();
            List<TorchTensor> weights = new ArrayList<>();
            for (TorchTranslation.Weight w : t.weights()) {
                var array = w.operand().storage().constant();
                Integer rank = ranks.get(array.data().pointer().address());
                trained.add(rank != null);
                if (rank != null) {
                    decaying.add(rank > 1);
                }
                weights.add(TorchPeer.tensor(HostArrays.read(array), w.operand().shape()));
            }
            List<TorchTensor> inputs = new ArrayList<>();
            for (String name : t.inputs()) {
                Operand o = step.graph().inputs().get(name);
                TorchTensor rows = TorchPeer.tensor(step.inputs().get(name), o.shape());
                inputs.add(o.rank() == 4 ? rows.permute(0, 3, 1, 2) : rows);
            }
            TorchTensor target = TorchPeer.tensor(
                    step.target(),
                    step.graph().outputs().get(RecordedTraining.PREDICTION).shape());
            weights = copies(weights, layout, "torch.clone(%s)");
            inputs = copies(inputs, layout, "torch.clone(%s)");
            List<TorchTensor> learned = new ArrayList<>();
            for (int i = 0; i < weights.size(); i++) {
                if (trained.get(i)) {
                    learned.add(weights.get(i));
                }
            }
            start(json);
            List<TorchTensor> m = copies(learned, null, "torch.zeros_like(%s)");
            List<TorchTensor> v = copies(learned, null, "torch.zeros_like(%s)");
            List<TorchTensor> ema = copies(learned, null, "torch.clone(%s)");
            TorchFunction f = TorchPeer.compile(TrainingScript.of(t, trained, decaying, trainer(steps)));
            for (int i = 0; i < steps; i++) {
                long begin = System.nanoTime();
                List<TorchTensor> out = f.callWithGradients(inputs, weights, m, v, ema, target);
                json.withArray("seconds").add((System.nanoTime() - begin) / 1e9);
                if (i == 0) {
                    json.put("loss", out.get(0).read()[0])
                            .put("norm", out.get(1).read()[0]);
                }
                out.forEach(TorchTensor::close);
            }
            end(json);
        }
    }

    /** Not in inference mode, whose tensors autograd refuses. */
    private static List<TorchTensor> copies(List<TorchTensor> of, TorchLayout layout, String expression) {
        StringBuilder s = new StringBuilder("def forward(self, w: List[Tensor]) -> List[Tensor]:\n");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            boolean map = layout != null && of.get(i).shape().length == 4;
            String format = layout == TorchLayout.CHANNELS_LAST ? "2" : "0";
            String w = "w[" + i + "]";
            String copy = map ? "torch.clone(" + w + ", memory_format=" + format + ")" : expression.formatted(w);
            s.append("  c").append(i).append(" = ").append(copy).append('\n');
            names.add("c" + i);
        }
        s.append("  return [").append(String.join(", ", names)).append("]\n");
        try (TorchFunction f = TorchPeer.compile(s.toString())) {
            return f.callWithGradients(of);
        }
    }

    private static void start(ObjectNode json) {
        System.gc();
        json.put("residentBeforeMB", ResidentMemory.now() / 1e6);
        ResidentMemory.resetPeak();
    }

    private static void end(ObjectNode json) {
        json.put("peakMB", ResidentMemory.peak() / 1e6);
        json.put("residentMB", ResidentMemory.now() / 1e6);
        json.put(
                "offHeapMB",
                json.get("peakMB").asDouble() - json.get("residentBeforeMB").asDouble());
        json.put("check", json.get("loss").asDouble()).put("heapBytes", 0);
        List<JsonNode> seconds = new ArrayList<>();
        json.get("seconds").forEach(seconds::add);
        // The first half warms up.
        SideSummary.put(json, seconds.subList(seconds.size() / 2, seconds.size()));
    }
}
