package org.ragdiff.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;

/** Functions of libtorch against closed forms and against our kernels; skipped where libtorch does not load. */
class TorchPeerTest {
    private static Kernels kernels;

    @BeforeAll
    static void open() {
        assumeTrue(TorchPeer.unavailableReason().isEmpty(), () -> TorchPeer.unavailableReason()
                .orElseThrow());
        kernels = KernelProviders.create(KernelProviders.Options.defaults());
    }

    @AfterAll
    static void close() {
        if (kernels != null) {
            kernels.close();
        }
    }

    private static INDArray random(long... shape) {
        return Nd4j.randn(shape);
    }

    private static void assertSame(INDArray ours, TorchTensor peer) {
        assertThat(peer.shape()).containsExactly(ours.shape());
        assertThat(peer.read()).containsExactly(HostArrays.read(ours), within(1e-4f));
        peer.close();
    }

    @Test
    void takesListsMapsAndNumbersAndCallsItsOwnMethods() {
        try (TorchFunction f = TorchPeer.compile(
                        """
                        def forward(self, x: Tensor, m: Dict[str, Tensor], l: List[Tensor], a: float, n: int) -> Tensor:
                          y = self.scaled(torch.matmul(x, m["w"]), a)
                          for i in range(n):
                            y = torch.add(y, l[i])
                          return y
                        def scaled(self, x: Tensor, a: float) -> Tensor:
                          return torch.mul(x, a)
                        """);
                TorchTensor x = TorchPeer.tensor(new float[] {1, 2, 3, 4}, 2, 2);
                TorchTensor b = TorchPeer.tensor(new float[] {1, 10}, 2)) {
            try (TorchTensor y = f.call(x, Map.of("w", x), List.of(b, b), 0.5, 2)) {
                assertThat(y.read()).containsExactly(5.5f, 25, 9.5f, 31);
            }
        }
    }

    @Test
    void viewsReadInTheOrderOfTheirSizes() {
        try (TorchTensor x = TorchPeer.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
                TorchTensor t = x.permute(1, 0);
                TorchTensor c = t.contiguous();
                TorchTensor low = c.bfloat16()) {
            for (TorchTensor same : List.of(t, c, low)) {
                assertThat(same.shape()).containsExactly(3, 2);
                assertThat(same.read()).containsExactly(1, 4, 2, 5, 3, 6);
            }
        }
    }

    @Test
    void gradientsOfAProductAreTheOtherFactor() {
        try (TorchFunction f = TorchPeer.compile(
                        """
                        def forward(self, x: Tensor, p: List[Tensor]) -> List[Tensor]:
                          w = torch.requires_grad_(torch.detach(p[0]), True)
                          loss = torch.sum(torch.mul(x, w))
                          g = torch.autograd.grad([loss], [w])
                          return [loss, unchecked_cast(Tensor, g[0])]
                        """);
                TorchTensor x = TorchPeer.tensor(new float[] {1, 2, 3}, 3)) {
            List<TorchTensor> out = f.callWithGradients(x, List.of(x));
            assertThat(out.get(0).read()).containsExactly(14);
            assertThat(out.get(1).read()).containsExactly(1, 2, 3);
            out.forEach(TorchTensor::close);
        }
    }

    @Test
    void whatDoesNotCompileIsRefusedWithTheReason() {
        assertThatThrownBy(
                        () -> TorchPeer.compile("def forward(self, x: Tensor) -> Tensor:\n  return torch.nonsense(x)"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense");
    }

    @Test
    void convolutionIsOurs() {
        INDArray x = random(2, 9, 7, 5);
        INDArray w = random(6, 5, 3, 3);
        INDArray b = random(6);
        INDArray out = Nd4j.create(2, 5, 4, 6);
        kernels.conv2d(x, w, b, Convolution.of(2, 1), out);
        try (TorchFunction f = TorchPeer.compile(
                        """
                        def forward(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                          return torch.conv2d(x, w, b, [2, 2], [1, 1], [1, 1], 1)
                        """);
                TorchTensor last = TorchPeer.tensor(x);
                TorchTensor px = last.permute(0, 3, 1, 2);
                TorchTensor pw = TorchPeer.tensor(w);
                TorchTensor pb = TorchPeer.tensor(b);
                TorchTensor y = f.call(px, pw, pb)) {
            assertSame(out, y.permute(0, 2, 3, 1));
        }
    }

    @Test
    void groupNormIsOurs() {
        INDArray x = random(2, 3, 5, 8);
        INDArray gamma = random(8);
        INDArray beta = random(8);
        INDArray out = Nd4j.create(2, 3, 5, 8);
        kernels.groupNorm(x, gamma, beta, 4, 1e-5f, Activation.SILU, out, Nd4j.create(2, 4), Nd4j.create(2, 4));
        try (TorchFunction f = TorchPeer.compile(
                        """
                        def forward(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                          return torch.silu(torch.group_norm(x, 4, w, b, 1e-5))
                        """);
                TorchTensor last = TorchPeer.tensor(x);
                TorchTensor px = last.permute(0, 3, 1, 2);
                TorchTensor pg = TorchPeer.tensor(gamma);
                TorchTensor pb = TorchPeer.tensor(beta);
                TorchTensor y = f.call(px, pg, pb)) {
            assertSame(out, y.permute(0, 2, 3, 1));
        }
    }

    @Test
    void attentionIsOurs() {
        INDArray q = random(2, 11, 12);
        INDArray k = random(2, 7, 12);
        INDArray v = random(2, 7, 12);
        INDArray out = Nd4j.create(2, 11, 12);
        kernels.attention(q, k, v, null, null, 3, 0.5f, out);
        try (TorchFunction f = TorchPeer.compile(
                        """
                        def heads(self, x: Tensor) -> Tensor:
                          return torch.transpose(torch.view(x, [2, -1, 3, 4]), 1, 2)
                        def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
                          y = torch.scaled_dot_product_attention(self.heads(q), self.heads(k), self.heads(v), annotate(Optional[Tensor], None), 0., False, scale=0.5)
                          return torch.reshape(torch.transpose(y, 1, 2), [2, -1, 12])
                        """);
                TorchTensor pq = TorchPeer.tensor(q);
                TorchTensor pk = TorchPeer.tensor(k);
                TorchTensor pv = TorchPeer.tensor(v)) {
            assertSame(out, f.call(pq, pk, pv));
        }
    }
}
