package org.ragdiff.bench.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ragdiff.core.train.TrainerOptions;

/**
 * A training step as TorchScript: forward, mean squared error, gradients by autograd, clipping as {@code
 * torch.nn.utils.clip_grad_norm_}, and AdamW and the moving average by the foreach operators that {@code
 * torch.optim.AdamW(foreach=True)} calls. Weights, moments and averages change in place.
 */
final class TrainingScript {
    private TrainingScript() {}

    /**
     * The function {@code forward(self, x, w, m, v, ema: List[Tensor], target: Tensor) -> List[Tensor]} of the loss and
     * the gradients' norm.
     *
     * @param t translated with its weights in {@code p}
     * @param trained for each weight, whether it is trained; {@code m}, {@code v} and {@code ema} have only those
     * @param decaying for each trained weight, whether it decays
     */
    static String of(TorchTranslation t, List<Boolean> trained, List<Boolean> decaying, TrainerOptions o) {
        StringBuilder s = new StringBuilder("def forward(self, x: List[Tensor], w: List[Tensor], m: List[Tensor], "
                + "v: List[Tensor], ema: List[Tensor], target: Tensor) -> List[Tensor]:\n");
        List<String> all = new ArrayList<>();
        List<String> leaves = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < trained.size(); i++) {
            String weight = "w[" + i + "]";
            if (trained.get(i)) {
                line(s, "p%d = torch.requires_grad_(torch.detach(%s), True)", i, weight);
                leaves.add("p" + i);
                values.add(weight);
                weight = "p" + i;
            }
            all.add(weight);
        }
        line(s, "p = %s", list(all));
        s.append(t.lines());
        line(s, "loss = torch.mse_loss(%s, target)", t.result());
        line(s, "grads = torch.autograd.grad([loss], %s)", list(leaves));
        line(
                s,
                "g = %s",
                list(IntStream.range(0, leaves.size())
                        .mapToObj(i -> "unchecked_cast(Tensor, grads[" + i + "])")
                        .toList()));
        line(s, "params = %s", list(values));
        line(s, "norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)");
        line(s, "scale = torch.clamp(torch.reciprocal(torch.add(norm, 1e-6)), None, 1)");
        line(s, "torch._foreach_mul_(g, scale)");
        double rate = o.learningRate();
        String decay = list(IntStream.range(0, values.size())
                .filter(decaying::get)
                .mapToObj(values::get)
                .toList());
        line(s, "torch._foreach_mul_(%s, %s)", decay, 1 - rate * o.weightDecay());
        line(s, "torch._foreach_lerp_(m, g, %s)", 1 - o.beta1());
        line(s, "torch._foreach_mul_(v, %s)", o.beta2());
        line(s, "torch._foreach_addcmul_(v, g, g, %s)", 1 - o.beta2());
        line(s, "root = torch._foreach_sqrt(v)");
        line(s, "torch._foreach_add_(root, 1e-8)");
        line(s, "torch._foreach_addcdiv_(params, m, root, %s)", -rate);
        line(s, "torch._foreach_lerp_(ema, params, %s)", 1 - o.emaDecay());
        line(s, "return [torch.detach(loss), norm]");
        return s.toString();
    }

    private static String list(List<String> names) {
        return names.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    private static void line(StringBuilder s, String format, Object... arguments) {
        s.append("  ").append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
