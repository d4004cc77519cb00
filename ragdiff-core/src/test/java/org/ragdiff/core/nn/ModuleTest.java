package org.ragdiff.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ModuleTest {
    /** Two layers. */
    private static final class Pair extends Module {
        final Linear first = child("first", new Linear(new SplittableRandom(1), 2, 3));
        final Linear second = child("second", new Linear(new SplittableRandom(2), 3, 1));
    }

    private static List<String> trained(Module module) {
        return module.parameters().entrySet().stream()
                .filter(p -> p.getValue().grad() != null)
                .map(p -> p.getKey())
                .toList();
    }

    @Test
    void aFrozenPartStaysFrozen() {
        try (Pair pair = new Pair()) {
            pair.requireGrad(true);
            assertThat(trained(pair)).containsExactly("first.weight", "first.bias", "second.weight", "second.bias");
            pair.first.freeze();
            assertThat(trained(pair)).containsExactly("second.weight", "second.bias");
            pair.requireGrad(true);
            pair.first.requireGrad(true);
            assertThat(trained(pair)).containsExactly("second.weight", "second.bias");
            pair.requireGrad(false);
            assertThat(trained(pair)).isEmpty();
        }
    }
}
