package org.ragdiff.bench.network;

import java.util.Map;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanMemory;
import org.ragdiff.core.plan.PlanOptions;
import org.ragdiff.core.plan.Storage;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;

/** A {@link RecordedNetwork} as a plan of ours. Used by one thread. */
public final class NetworkPlan implements AutoCloseable {
    private final RecordedNetwork network;
    private final Kernels kernels;
    private final Plan plan;

    /**
     * Compiles.
     *
     * @param network has to stay open
     * @throws IllegalStateException if no provider computes in this precision here
     */
    public NetworkPlan(RecordedNetwork network, Kernels.Precision precision) {
        this(network, precision, PlanOptions.defaults());
    }

    /** As {@link #NetworkPlan(RecordedNetwork, Kernels.Precision)}; with released weights the network serves no other. */
    public NetworkPlan(RecordedNetwork network, Kernels.Precision precision, PlanOptions options) {
        this.network = network;
        kernels = KernelProviders.create(KernelProviders.Options.defaults().withPrecision(precision));
        if (kernels.precision() != precision) {
            kernels.close();
            throw new IllegalStateException("no provider computes in " + precision + " on this machine");
        }
        plan = kernels.compile(network.graph(), options);
        network.inputs().forEach(plan::set);
    }

    /** One step: inputs that change with each step are set, then all is computed that depends on them. */
    public void run() {
        for (Map.Entry<String, float[]> e : network.inputs().entrySet()) {
            if (network.graph().inputs().get(e.getKey()).storage().role() == Storage.Role.INPUT) {
                plan.set(e.getKey(), e.getValue());
            }
        }
        plan.run();
    }

    /** The result of the last run. */
    public float[] result() {
        return HostArrays.read(plan.output(network.output()));
    }

    /** See {@link Plan#memory}. */
    public PlanMemory memory() {
        return plan.memory();
    }

    @Override
    public void close() {
        plan.close();
        kernels.close();
    }
}
