package org.ragdiff.cli.measure;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.eval.protocol.Measured;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.stat.MeanInterval;

/**
 * A figure with the protocol that it was measured under. Immutable.
 *
 * @param figure name
 * @param value finite; of pairs the mean
 * @param low lower end of the 95 % interval over pairs; null without
 * @param high its upper end; null without
 * @param spread over subsets; null without
 * @param n pairs
 * @param protocol all that it says, by field
 * @param protocolHash SHA-256 of the fields
 */
record MeasuredFigure(
        @JsonProperty(required = true) String figure,
        @JsonProperty(required = true) double value,
        Double low,
        Double high,
        Double spread,
        @JsonProperty(required = true) int n,
        @JsonProperty(required = true) Map<String, String> protocol,
        @JsonProperty(required = true) String protocolHash) {
    private static final long SEED = 20260101;

    MeasuredFigure {
        Objects.requireNonNull(figure, "figure");
        Objects.requireNonNull(protocol.get("name"), "protocol.name");
        if (!Sha256.isDigest(protocolHash)) {
            throw new IllegalArgumentException("protocolHash must be 64 hexadecimal digits, got " + protocolHash);
        }
    }

    /** @throws IllegalArgumentException if the value is not finite or the protocol does not define the figure */
    static MeasuredFigure of(MeasurementProtocol protocol, String figure, double value, int n) {
        Measured m = protocol.measured(figure, value);
        return new MeasuredFigure(m.figure(), m.value(), null, null, null, n, protocol.fields(), protocol.hash());
    }

    /** The mean of pairs with its bootstrap interval; one pair has none. */
    static MeasuredFigure ofPairs(MeasurementProtocol protocol, String figure, double[] values) {
        MeanInterval m = MeanInterval.bootstrap(values, SEED);
        MeasuredFigure f = of(protocol, figure, m.mean(), values.length);
        return values.length < 2
                ? f
                : new MeasuredFigure(figure, f.value, m.low(), m.high(), null, f.n, f.protocol, f.protocolHash);
    }

    /** The mean of a − b over pairs with its bootstrap interval. */
    static MeanInterval difference(double[] a, double[] b) {
        return MeanInterval.ofDifference(a, b, SEED);
    }

    MeasuredFigure withSpread(double s) {
        return new MeasuredFigure(figure, value, low, high, s, n, protocol, protocolHash);
    }

    /** As it is printed: name, value, interval or spread, protocol with the beginning of its hash. */
    String line() {
        String more = low != null
                ? String.format(Locale.ROOT, "[%.4f, %.4f]", low, high)
                : spread != null ? String.format(Locale.ROOT, "spread %.4f", spread) : "";
        return String.format(
                Locale.ROOT,
                "%-22s %12.4f  %-22s  %s %s",
                figure,
                value,
                more,
                protocol.get("name"),
                protocolHash.substring(0, 12));
    }
}
