package org.ragdiff.bench.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ragdiff.bench.Differences;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.eval.feature.Features;
import org.ragdiff.eval.feature.FrechetDistance;

/**
 * From two sets of features to their Fréchet distance, covariances included, all in float64. The peer computes the
 * covariances by products of the centred features, and the trace of the root by the eigenvalues of A^½ B A^½, with the
 * root of A from its eigenvectors, or in its place A's Cholesky factor.
 */
final class FrechetCase implements PairedCase {
    private static final String SCRIPT =
            """
            def covariance(self, x: Tensor, n: int) -> Tensor:
              c = torch.sub(x, torch.mean(x, [0], True))
              return torch.div(torch.matmul(torch.t(c), c), n)
            def forward(self, x: Tensor, y: Tensor, n: int) -> Tensor:
              a = (self).covariance(x, n, )
              b = (self).covariance(y, n, )
              %s
              w = torch.linalg_eigvalsh(torch.matmul(torch.matmul(torch.t(r), b), r))
              m = torch.sub(torch.mean(x, [0], True), torch.mean(y, [0], True))
              t = torch.add(torch.trace(a), torch.trace(b))
              root = torch.sum(torch.sqrt(torch.clamp(w, 0.)))
              return torch.reshape(torch.add(torch.sub(t, root, alpha=2), torch.sum(torch.mul(m, m))), [1])
            """;
    private static final String EIGENVECTORS =
            "e, v, = torch.linalg_eigh(a)\n  r = torch.mul(v, torch.sqrt(torch.clamp(e, 0.)))";
    private static final String CHOLESKY = "r = torch.linalg_cholesky(a)";

    private final int samples;
    private final int dimension;
    private final List<TorchTensor> tensors = new ArrayList<>();
    private TorchVariants variants;
    private float[] first;
    private float[] second;
    private Features x;
    private Features y;
    private double value;

    FrechetCase(int samples, int dimension) {
        this.samples = samples;
        this.dimension = dimension;
    }

    @Override
    public void openOurs(int threads) {
        first = features(1, 0);
        second = features(2, 0.1);
        x = Features.of(dimension, first);
        y = Features.of(dimension, second);
    }

    /** Positive, as after a ReLU, with deviations that fall from element to element and a common part. */
    private float[] features(long seed, double shift) {
        Random random = new Random(seed);
        float[] out = new float[samples * dimension];
        for (int i = 0; i < samples; i++) {
            double common = random.nextGaussian();
            for (int j = 0; j < dimension; j++) {
                double z = random.nextGaussian() + common * ((j & 3) - 1) + shift;
                out[i * dimension + j] = (float) (Math.max(0, z) / (1 + 0.01 * j));
            }
        }
        return out;
    }

    @Override
    public void ours() {
        value = FrechetDistance.of(x, y).value();
    }

    @Override
    public String openPeer(int threads) {
        if (TorchPeer.unavailableReason().isPresent()) {
            return "";
        }
        TorchTensor a = tensor(first);
        TorchTensor b = tensor(second);
        variants = new TorchVariants();
        variants.add("eigenvectors", SCRIPT.formatted(EIGENVECTORS), a, b, samples - 1);
        variants.add("cholesky", SCRIPT.formatted(CHOLESKY), a, b, samples - 1);
        return "libtorch " + variants.choose(dimension > 1000 ? 1 : 5);
    }

    private TorchTensor tensor(float[] values) {
        try (TorchTensor narrow = TorchPeer.tensor(values, samples, dimension)) {
            TorchTensor wide = narrow.float64();
            tensors.add(wide);
            return wide;
        }
    }

    @Override
    public void peer() {
        variants.run();
    }

    @Override
    public double difference() {
        ours();
        return Differences.ofLargest(new float[] {(float) value}, variants.read());
    }

    @Override
    public void close() {
        if (variants != null) {
            variants.close();
        }
        tensors.forEach(TorchTensor::close);
    }
}
