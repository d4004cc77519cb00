package org.ragdiff.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.plan.Fusions;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanInputs;
import org.ragdiff.core.plan.PlanMemory;
import org.ragdiff.core.plan.PlanOptions;
import org.ragdiff.core.plan.Schedule;
import org.ragdiff.core.plan.Storage;
import org.ragdiff.core.tensor.HostAccess;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A graph on the device: values in one arena, weights in the layouts of its kernels, all in the format of the
 * precision; only inputs and outputs cross to the host. The first run submits operation by operation, the second
 * records them as a CUDA graph, later ones launch it. Not thread-safe.
 */
final class CudaPlan implements Plan {
    /** {@code false} submits operation by operation in every run. */
    static final String GRAPHS = "ragdiff.cuda.graphs";

    private static final Logger LOG = LoggerFactory.getLogger(CudaPlan.class);

    private final Device device;
    private final Schedule schedule;
    private final PlanInputs inputs;
    private final Format format;
    private final PlanSteps steps;
    private final RecordedWork work;
    private final int bodyFrom;
    private final long arena;
    private final long scratch;
    private final long scratchBytes;
    private final long staging;
    private final Map<String, INDArray> results = new HashMap<>();
    private final Map<String, Boolean> fetched = new HashMap<>();
    private boolean graphs =
            !"false".equalsIgnoreCase(System.getProperty(GRAPHS, "true").trim());
    private long runs;
    private long graph;
    private boolean closed;

    /** Under the device's lock. */
    CudaPlan(Device device, Graph recorded, PlanOptions options, Precision precision, DeviceWeights weights) {
        this.device = device;
        Graph fused = Fusions.apply(recorded);
        this.schedule = Schedule.of(fused);
        this.inputs = new PlanInputs(fused);
        this.format = CudaKernels.format(precision);
        Gpu gpu = device.gpu();
        this.arena = gpu.allocate(Math.max(256, arenaBytes()));
        this.steps = new PlanSteps(weights, schedule.arena(), arena, format, precision != Precision.F32);
        long stagingAt = 0;
        long scratchAt = 0;
        RecordedWork made = null;
        try {
            gpu.clear(arena, arenaBytes());
            stagingAt = gpu.allocate(stagingBytes(fused));
            try (RecordedWork trial = new RecordedWork(device, 256)) {
                record(trial, schedule.prologue());
                record(trial, schedule.body());
                this.scratchBytes = trial.scratchBytes();
            }
            scratchAt = gpu.allocate(Math.max(256, scratchBytes));
            made = new RecordedWork(device, scratchAt);
            record(made, schedule.prologue());
            this.bodyFrom = made.size();
            record(made, schedule.body());
            gpu.synchronize();
        } catch (RuntimeException e) {
            if (made != null) {
                made.close();
            }
            steps.close();
            List.of(arena, stagingAt, scratchAt).stream().filter(a -> a != 0).forEach(gpu::free);
            throw e;
        }
        this.work = made;
        this.staging = stagingAt;
        this.scratch = scratchAt;
        if (options.releaseWeights()) {
            fused.storages().stream()
                    .filter(s -> s.role() == Storage.Role.CONSTANT)
                    .map(Storage::constant)
                    .filter(a -> !a.wasClosed())
                    .forEach(INDArray::close);
        }
    }

    private long arenaBytes() {
        return schedule.arena().bytes() / Float.BYTES * format.bytes();
    }

    /** For one input or output in float32. */
    private long stagingBytes(Graph graph) {
        long most = 64;
        for (Operand o : graph.inputs().values()) {
            most = Math.max(most, o.length());
        }
        for (Operand o : graph.outputs().values()) {
            most = Math.max(most, o.length());
        }
        return most * Float.BYTES;
    }

    private void record(RecordedWork to, List<Node> nodes) {
        for (Node node : nodes) {
            try {
                steps.submit(to, node);
            } catch (CudaException e) {
                throw new CudaException("cannot prepare " + node + ": " + e.getMessage(), e);
            }
            to.end();
        }
    }

    @Override
    public void set(String name, INDArray values) {
        requireOpen();
        Operand o = inputs.accept(name, values);
        HostAccess.reading(values);
        upload(o, CopiedOperands.address(values));
    }

    @Override
    public void set(String name, float[] values) {
        requireOpen();
        Operand o = inputs.accept(name, values.length);
        try (FloatPointer host = new FloatPointer(values)) {
            upload(o, host.address());
        }
    }

    private void upload(Operand o, long host) {
        device.exclusively(() -> {
            long bytes = o.length() * Float.BYTES;
            if (format == Format.F32) {
                device.gpu().upload(host, steps.address(o), bytes);
                return;
            }
            device.gpu().upload(host, staging, bytes);
            convert(w -> Pointwise.narrow(w, format, staging, steps.address(o), o.length()));
        });
    }

    private void convert(java.util.function.Consumer<Work> body) {
        try (DirectWork w = new DirectWork(device)) {
            body.accept(w);
        }
    }

    @Override
    public void run() {
        requireOpen();
        boolean conditions = inputs.start();
        device.exclusively(() -> {
            if (conditions) {
                work.run(0, bodyFrom);
            }
            body();
        });
        runs++;
        fetched.clear();
    }

    private void body() {
        if (!graphs || runs == 0) {
            work.run(bodyFrom, work.size());
            return;
        }
        if (graph == 0) {
            try {
                graph = capture();
            } catch (CudaException e) {
                graphs = false;
                LOG.warn("no CUDA graph of this plan, its operations are submitted one by one: {}", e.getMessage());
                work.run(bodyFrom, work.size());
                return;
            }
        }
        device.gpu().launchGraph(graph);
    }

    private long capture() {
        Gpu gpu = device.gpu();
        gpu.beginCapture();
        try {
            work.run(bodyFrom, work.size());
        } catch (CudaException e) {
            try {
                gpu.freeGraph(gpu.endCapture());
            } catch (CudaException ended) {
                e.addSuppressed(ended);
            }
            throw e;
        }
        return gpu.endCapture();
    }

    @Override
    public INDArray output(String name) {
        requireOpen();
        Operand o = inputs.output(name);
        INDArray result =
                results.computeIfAbsent(name, n -> Nd4j.createUninitializedDetached(DataType.FLOAT, o.shape()));
        if (fetched.putIfAbsent(name, true) == null) {
            device.exclusively(() -> {
                long from = steps.address(o);
                boolean wide = format == Format.F32;
                if (!wide) {
                    convert(w -> Pointwise.widen(w, format, from, staging, o.length()));
                }
                long bytes = o.length() * Float.BYTES;
                device.gpu().download(wide ? from : staging, CopiedOperands.address(result), bytes);
            });
        }
        return result;
    }

    @Override
    public PlanMemory memory() {
        return new PlanMemory(
                arenaBytes(), schedule.arena().sum() / Float.BYTES * format.bytes(), steps.weightBytes(), scratchBytes);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the plan is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.exclusively(() -> {
            Gpu gpu = device.gpu();
            gpu.synchronize();
            if (graph != 0) {
                gpu.freeGraph(graph);
            }
            work.close();
            steps.close();
            gpu.free(arena);
            gpu.free(scratch);
            gpu.free(staging);
        });
        results.values().forEach(INDArray::close);
    }
}
