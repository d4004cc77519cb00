package org.ragdiff.eval.protocol;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A figure as one protocol defines it. Immutable.
 *
 * @param name such as {@code ssim}
 * @param definition formula, settings and the implementation that it agrees with
 * @param backbone network and weights whose features it reads, or {@code none}
 * @param better which way is better
 * @param truth preparation of true pictures where it differs from the protocol's
 * @param result preparation of results where it differs from the protocol's
 */
public record MetricDefinition(
        String name,
        String definition,
        String backbone,
        Better better,
        Optional<Preparation> truth,
        Optional<Preparation> result) {
    /** Which way a figure is better. */
    public enum Better {
        HIGHER,
        LOWER,
        /** It describes, and is no merit. */
        NEITHER
    }

    public MetricDefinition {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("a figure needs a name, got a blank");
        }
        Objects.requireNonNull(definition, "definition");
        Objects.requireNonNull(backbone, "backbone");
        Objects.requireNonNull(better, "better");
        Objects.requireNonNull(truth, "truth");
        Objects.requireNonNull(result, "result");
    }

    /** Without a network, on pictures prepared as the protocol says. */
    public static MetricDefinition of(String name, Better better, String definition) {
        return new MetricDefinition(name, definition, "none", better, Optional.empty(), Optional.empty());
    }

    public MetricDefinition withBackbone(String network) {
        return new MetricDefinition(name, definition, network, better, truth, result);
    }

    public MetricDefinition withPreparation(Preparation ofTruth, Preparation ofResult) {
        return new MetricDefinition(name, definition, backbone, better, Optional.of(ofTruth), Optional.of(ofResult));
    }

    /** In words, the same for equal definitions. */
    String text() {
        return definition + "; backbone " + backbone + "; better "
                + better.name().toLowerCase(Locale.ROOT)
                + truth.map(p -> "; truth " + p.text()).orElse("")
                + result.map(p -> "; result " + p.text()).orElse("");
    }
}
