package org.ragdiff.eval.protocol;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A figure with the protocol that it was measured under: without one there is no figure. Made by {@link
 * MeasurementProtocol#measured} and {@link MeasurementProtocol#quoted}. Immutable.
 *
 * @param protocol that defines the figure
 * @param figure name, one of the protocol's
 * @param value finite
 * @param origin whether it was measured here
 */
public record Measured(MeasurementProtocol protocol, String figure, double value, Origin origin) {
    /** Where a figure comes from. */
    public enum Origin {
        MEASURED,
        /** Read in the protocol's source. */
        QUOTED
    }

    /**
     * @throws IllegalArgumentException if the protocol does not define the figure, the value is not finite, or it
     *     is measured under a protocol whose source leaves open how
     */
    public Measured {
        Objects.requireNonNull(protocol, "protocol").metric(figure);
        Objects.requireNonNull(origin, "origin");
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(figure + " is " + value + ", expected a finite number");
        }
        List<String> open = protocol.undocumented();
        if (origin == Origin.MEASURED && !open.isEmpty()) {
            throw new IllegalArgumentException("nothing can be measured under " + protocol.name()
                    + ": its source does not document " + String.join(", ", open) + "; its figures can only be quoted");
        }
    }

    /**
     * The value less another's.
     *
     * @throws ProtocolMismatchException if the protocols differ
     * @throws IllegalArgumentException if the figures differ
     */
    public double minus(Measured other) {
        protocol.requireSame(other.protocol);
        if (!figure.equals(other.figure)) {
            throw new IllegalArgumentException(figure + " cannot be compared with " + other.figure);
        }
        return value - other.value;
    }

    /** As it is printed: name, value, protocol. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %.4f (%s%s)",
                figure,
                value,
                protocol.name(),
                origin == Origin.QUOTED ? ", quoted" : "");
    }
}
