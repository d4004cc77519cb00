package org.ragdiff.cli.data;

import picocli.CommandLine.Command;

/** {@code ragdiff data}: makes, prepares and checks garments. */
@Command(
        name = "data",
        description = "Makes, prepares and checks garments for training and evaluation.",
        mixinStandardHelpOptions = true,
        subcommands = {SynthCommand.class, PrepareCommand.class, LeaksCommand.class},
        footer = {
            "",
            "Examples:",
            "  ragdiff data synth --count 100 --out garments/",
            "  ragdiff data prepare --photos photos/ --out garments/",
            "  ragdiff data leaks --train train/ --test test/"
        })
public final class DataCommand {}
