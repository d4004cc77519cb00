package org.ragdiff.cli;

import java.util.Map;
import org.ragdiff.core.provenance.Provenance;
import picocli.CommandLine.Model.CommandSpec;

/** Provenance of what a command writes. Stateless. */
public final class CommandProvenance {
    private CommandProvenance() {}

    /** The command line that is running, as it was typed. */
    public static String words(CommandSpec spec) {
        return "ragdiff "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    /**
     * @param kind of what is written
     * @param weights hashes of the networks used, by name
     */
    public static Provenance of(String kind, CommandSpec spec, long seed, Map<String, String> weights) {
        Provenance out = Provenance.of(kind, words(spec), seed);
        for (Map.Entry<String, String> e : weights.entrySet()) {
            out = out.withWeights(e.getKey(), e.getValue());
        }
        return out;
    }
}
