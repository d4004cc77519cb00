package org.ragdiff.eval.perceptual;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** A backbone in float32 on the kernels: the layers between two poolings are one plan, kept for each size. */
public final class KernelNetwork implements StageNetwork {
    private final Backbone backbone;
    private final Map<String, INDArray> weights = new LinkedHashMap<>();
    /** Between poolings. */
    private final List<List<Step>> segments = new ArrayList<>();

    private final List<Step> pools = new ArrayList<>();
    private final PlanCache<Shape> plans;

    private record Shape(int segment, int count, int height, int width, int channels) {}

    /**
     * @param kernels closed by the caller, after this
     * @throws IllegalArgumentException if a weight is missing or of another size
     */
    public KernelNetwork(Kernels kernels, Backbone backbone, BackboneWeights weights) {
        this.backbone = backbone;
        backbone.shapes()
                .forEach((name, shape) -> this.weights.put(name, FloatMemory.array(weights.of(name, shape), shape)));
        List<Step> segment = new ArrayList<>();
        for (Step s : backbone.steps()) {
            if (Pooling.isPooling(s)) {
                segments.add(segment);
                pools.add(s);
                segment = new ArrayList<>();
            } else {
                segment.add(s);
            }
        }
        segments.add(segment);
        this.plans = new PlanCache<>(shape -> {
            try (GraphBuilder b = new GraphBuilder()) {
                record(b, shape);
                return kernels.compile(b.build());
            }
        });
    }

    private void record(GraphBuilder b, Shape shape) {
        Tape t = b.tape();
        Var x = b.input("x", shape.count, shape.height, shape.width, shape.channels);
        int taps = 0;
        for (Step s : segments.get(shape.segment)) {
            if (s instanceof Step.Convolve c) {
                x = convolve(t, c, x);
            } else if (s instanceof Step.Fire f) {
                Var squeezed = convolve(t, f.squeeze(), x);
                x = Shapes.concatChannels(t, convolve(t, f.narrow(), squeezed), convolve(t, f.wide(), squeezed));
            } else {
                b.output("tap" + taps++, x);
            }
        }
        b.output("out", x);
    }

    private Var convolve(Tape t, Step.Convolve c, Var x) {
        if (x.size(1) + c.geometry().top() + c.geometry().bottom() < c.kernel()
                || x.size(2) + c.geometry().left() + c.geometry().right() < c.kernel()) {
            throw Pooling.tooSmall((int) x.size(1), (int) x.size(2));
        }
        Var w = t.constant(weights.get(c.name() + ".weight"));
        Var bias = t.constant(weights.get(c.name() + ".bias"));
        return Elementwise.activate(t, Activation.RELU, Convolutions.conv2d(t, x, w, bias, c.geometry()));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public List<List<FeatureMap>> stages(List<FeatureMap> inputs) {
        List<List<FeatureMap>> stages = new ArrayList<>();
        inputs.forEach(i -> stages.add(new ArrayList<>()));
        List<FeatureMap> x = inputs;
        for (int s = 0; s < segments.size(); s++) {
            if (s > 0) {
                Step pool = pools.get(s - 1);
                x = x.stream().map(m -> Pooling.apply(pool, m)).toList();
            }
            if (!segments.get(s).isEmpty()) {
                x = run(s, x, stages);
            }
        }
        return stages;
    }

    private List<FeatureMap> run(int segment, List<FeatureMap> x, List<List<FeatureMap>> stages) {
        FeatureMap first = x.get(0);
        Shape shape = new Shape(segment, x.size(), first.height(), first.width(), first.channels());
        float[] values = new float[Math.multiplyExact(x.size(), first.values().length)];
        int at = 0;
        for (FeatureMap m : x) {
            if (m.height() != first.height() || m.width() != first.width() || m.channels() != first.channels()) {
                throw new IllegalArgumentException("maps of one call have one size, got " + m.height() + "x" + m.width()
                        + " beside " + first.height() + "x" + first.width());
            }
            for (double v : m.values()) {
                values[at++] = (float) v;
            }
        }
        try (PlanCache<Shape>.Lease lease = plans.borrow(shape)) {
            lease.plan().set("x", values);
            lease.plan().run();
            int taps = (int) segments.get(segment).stream()
                    .filter(s -> s instanceof Step.Tap)
                    .count();
            for (int i = 0; i < taps; i++) {
                List<FeatureMap> maps = maps(lease.plan().output("tap" + i));
                for (int n = 0; n < maps.size(); n++) {
                    stages.get(n).add(maps.get(n));
                }
            }
            return segment == segments.size() - 1 ? x : maps(lease.plan().output("out"));
        }
    }

    private static List<FeatureMap> maps(INDArray a) {
        float[] all = HostArrays.read(a);
        int n = (int) a.size(0);
        List<FeatureMap> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int length = all.length / n;
            double[] v = new double[length];
            for (int j = 0; j < length; j++) {
                v[j] = all[i * length + j];
            }
            out.add(new FeatureMap((int) a.size(1), (int) a.size(2), (int) a.size(3), v));
        }
        return out;
    }

    @Override
    public void close() {
        plans.close();
        weights.values().forEach(INDArray::close);
    }
}
