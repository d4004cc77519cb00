package org.ragdiff.cli.data;

import picocli.CommandLine.Command;

/** {@code ragdiff data}: makes and prepares garments. */
@Command(
        name = "data",
        description = "Makes and prepares garments for training and evaluation.",
        mixinStandardHelpOptions = true,
        subcommands = {SynthCommand.class, PrepareCommand.class},
        footer = {
            "",
            "Examples:",
            "  ragdiff data synth --count 100 --out garments/",
            "  ragdiff data prepare --photos photos/ --out garments/"
        })
public final class DataCommand {}
