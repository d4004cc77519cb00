package org.ragdiff.core.tensor.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Arena;
import org.ragdiff.core.plan.Fusions;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanInputs;
import org.ragdiff.core.plan.PlanMemory;
import org.ragdiff.core.plan.PlanOptions;
import org.ragdiff.core.plan.Schedule;

/** A graph as a list of compiled steps over one arena. Not thread-safe. */
final class OneDnnPlan implements Plan {
    private static final long ALIGNMENT = 64;

    private final Runnable configureThread;
    private final boolean releaseWeights;
    private final Graph graph;
    private final Schedule schedule;
    private final PlanInputs inputs;
    private final Arena arena;
    private final ExecutionState state;
    private final PlanContext context;
    private final PlannedStep[] prologue;
    private final PlannedStep[] body;
    private final BytePointer scratch;
    private final long scratchBytes;
    private boolean closed;

    /**
     * @param state of this plan alone; closed with it
     * @param configureThread to be run on each thread that computes
     */
    OneDnnPlan(Graph recorded, PlanOptions options, ExecutionState state, WeightStore store, Runnable configureThread) {
        this.configureThread = configureThread;
        this.releaseWeights = options.releaseWeights();
        this.graph = Fusions.apply(recorded);
        this.schedule = Schedule.of(graph);
        this.inputs = new PlanInputs(graph);
        this.arena = new Arena(schedule.arena());
        this.state = state;
        this.context = new PlanContext(state, arena, NumberFormats.of(graph, state.bf16()), store);
        List<PlannedStep> made = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            configureThread.run();
            this.prologue = compile(schedule.prologue(), made);
            this.body = compile(schedule.body(), made);
        } catch (RuntimeException e) {
            made.forEach(PlannedStep::close);
            context.close();
            arena.close();
            state.close();
            throw e;
        }
        this.scratchBytes =
                made.stream().mapToLong(PlannedStep::scratchBytes).max().orElse(0);
        this.scratch = new BytePointer(scratchBytes + ALIGNMENT);
        scratch.retainReference();
        long address = (scratch.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        made.forEach(step -> step.bind(address));
    }

    private PlannedStep[] compile(List<Node> nodes, List<PlannedStep> made) {
        PlannedStep[] steps = new PlannedStep[nodes.size()];
        for (int i = 0; i < steps.length; i++) {
            Node node = nodes.get(i);
            try (PointerScope scope = new PointerScope()) {
                steps[i] = Steps.of(context, node);
            } catch (RuntimeException e) {
                throw new IllegalStateException("oneDNN cannot prepare " + node + ": " + e.getMessage(), e);
            }
            made.add(steps[i]);
            if (releaseWeights) {
                context.releasePacked();
            }
        }
        return steps;
    }

    @Override
    public void set(String name, INDArray values) {
        requireOpen();
        Operand o = inputs.accept(name, values);
        PlanContext.copy(RawAddress.of(values), arena.address(o), o.length() * Float.BYTES);
    }

    @Override
    public void set(String name, float[] values) {
        requireOpen();
        Operand o = inputs.accept(name, values.length);
        new FloatPointer(new RawAddress().at(arena.address(o))).put(values, 0, values.length);
    }

    @Override
    public void run() {
        requireOpen();
        configureThread.run();
        if (inputs.start()) {
            run(prologue);
        }
        run(body);
    }

    private void run(PlannedStep[] steps) {
        for (PlannedStep step : steps) {
            step.run(state);
        }
    }

    @Override
    public INDArray output(String name) {
        requireOpen();
        return arena.view(inputs.output(name));
    }

    @Override
    public PlanMemory memory() {
        return new PlanMemory(schedule.arena().bytes(), schedule.arena().sum(), context.weightBytes(), scratchBytes);
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
        for (PlannedStep step : prologue) {
            step.close();
        }
        for (PlannedStep step : body) {
            step.close();
        }
        context.close();
        scratch.close();
        arena.close();
        state.close();
    }
}
