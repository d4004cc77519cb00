package org.ragdiff.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ragdiff.bench.feature.FeatureCases;
import org.ragdiff.bench.kernel.KernelCases;
import org.ragdiff.bench.metric.MetricCases;
import org.ragdiff.bench.model.ModelCases;
import org.ragdiff.bench.network.NetworkCases;
import org.ragdiff.bench.network.SidedCases;
import org.ragdiff.bench.retrieval.RetrievalCases;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;

/** All rows that can be measured on this machine. */
public final class Catalogue {
    private Catalogue() {}

    /** The rows whose sides take turns, in the order of the table. */
    public static List<CaseSpec> all() {
        List<CaseSpec> out = new ArrayList<>(KernelCases.list(hasBf16()));
        out.addAll(NetworkCases.list(hasBf16()));
        out.addAll(RetrievalCases.list());
        out.addAll(MetricCases.list());
        out.addAll(FeatureCases.list());
        out.addAll(ModelCases.list());
        return distinct(out);
    }

    /** The rows whose sides run in processes of their own, behind all others in the table. */
    public static List<SidedSpec> sided() {
        return distinct(SidedCases.list(hasBf16()));
    }

    private static <T extends RowSpec> List<T> distinct(List<T> rows) {
        Set<String> ids = new HashSet<>();
        for (T s : rows) {
            if (!ids.add(s.id())) {
                throw new IllegalStateException("two rows are called " + s.id());
            }
        }
        return List.copyOf(rows);
    }

    /** The row of this {@link CaseSpec#id}. */
    public static CaseSpec find(String id) {
        return all().stream()
                .filter(s -> s.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row is called \"" + id + "\""));
    }

    private static boolean hasBf16() {
        for (KernelProvider p : KernelProviders.installed()) {
            if (p.unavailableReason().isEmpty()) {
                return p.supports(Kernels.Precision.BF16);
            }
        }
        return false;
    }
}
