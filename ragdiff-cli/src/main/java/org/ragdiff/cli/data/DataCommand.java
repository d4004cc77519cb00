package org.ragdiff.cli.data;

import picocli.CommandLine.Command;

/** {@code ragdiff data}: makes, prepares and checks garments. */
@Command(
        name = "data",
        description = "Makes, prepares and checks garments for training and evaluation.",
        mixinStandardHelpOptions = true,
        subcommands = {SynthCommand.class, PrepareCommand.class, LeaksCommand.class, CheckCommand.class},
        footer = {
            "",
            "Examples:",
            "  ragdiff data synth --count 100 --out garments/",
            "  ragdiff data prepare --photos photos/ --out garments/",
            "  ragdiff data leaks --train train/ --test test/",
            "  ragdiff data check --kind viton-hd --root zalando-hd-resized/"
        })
public final class DataCommand {}
