package org.ragdiff.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ragdiff.bench.PeerAgreement;
import org.ragdiff.bench.peer.TorchFunction;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.eval.metric.ImagePlanes;
import org.ragdiff.eval.metric.MsSsim;
import org.ragdiff.eval.metric.MsSsimOptions;
import org.ragdiff.eval.metric.Ssim;
import org.ragdiff.eval.metric.SsimOptions;

class MetricCasesTest {
    /** The least of MS-SSIM: the window of eleven pixels sixteen times. */
    private static final int SIDE = 176;

    /** Each kind of row, of smaller pictures: ours and libtorch's results are the same. */
    @Test
    void resultsAreThePeers() {
        PeerAgreement.check(new SimilarityCase(48, SsimOptions.defaults()));
        PeerAgreement.check(new SimilarityCase(48, SsimOptions.torchmetrics()));
        PeerAgreement.check(new SimilarityCase(SIDE, MsSsimOptions.defaults()));
    }

    /** All formulations, of which a run measures the fastest. */
    @ParameterizedTest
    @EnumSource
    void everyFormulationIsTheSame(SimilarityScript.Form form) {
        assumeTrue(TorchPeer.unavailableReason().isEmpty());
        SplittableRandom random = new SplittableRandom(2);
        float[] a = new float[3 * SIDE * SIDE];
        float[] b = new float[a.length];
        double[][] p = new double[3][SIDE * SIDE];
        double[][] q = new double[3][SIDE * SIDE];
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) random.nextDouble();
            b[i] = (float) (0.7 * a[i] + 0.3 * random.nextDouble());
            p[i / (SIDE * SIDE)][i % (SIDE * SIDE)] = a[i];
            q[i / (SIDE * SIDE)][i % (SIDE * SIDE)] = b[i];
        }
        ImagePlanes x = new ImagePlanes(SIDE, SIDE, p);
        ImagePlanes y = new ImagePlanes(SIDE, SIDE, q);
        SimilarityScript inside = new SimilarityScript(form, false);
        SimilarityScript everywhere = new SimilarityScript(form, true);
        assertThat(value(inside, inside.ssim(), a, b))
                .isEqualTo(Ssim.of(x, y, 1, SsimOptions.defaults()), within(1e-5));
        assertThat(value(everywhere, everywhere.ssim(), a, b))
                .isEqualTo(Ssim.of(x, y, 1, SsimOptions.torchmetrics()), within(1e-5));
        MsSsimOptions o = MsSsimOptions.defaults();
        assertThat(value(inside, inside.scales(o.weights()), a, b)).isEqualTo(MsSsim.of(x, y, 1, o), within(1e-5));
    }

    private static double value(SimilarityScript script, String text, float[] a, float[] b) {
        try (TorchTensor x = TorchPeer.tensor(a, 1, 3, SIDE, SIDE);
                TorchTensor y = TorchPeer.tensor(b, 1, 3, SIDE, SIDE);
                TorchTensor kernel = TorchPeer.tensor(script.kernel(), script.kernelShape());
                TorchFunction f = TorchPeer.compile(text);
                TorchTensor out = f.call(x, y, kernel)) {
            return out.read()[0];
        }
    }
}
