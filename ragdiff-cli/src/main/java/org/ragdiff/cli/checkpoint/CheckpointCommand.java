package org.ragdiff.cli.checkpoint;

import picocli.CommandLine.Command;

/** {@code ragdiff checkpoint}: pipelines in diffusers' layout. */
@Command(
        name = "checkpoint",
        description = "Makes, looks into and samples pipelines in diffusers' layout.",
        mixinStandardHelpOptions = true,
        subcommands = {CheckpointRandomCommand.class, CheckpointInfoCommand.class, CheckpointSampleCommand.class},
        footer = {
            "",
            "Examples:",
            "  ragdiff checkpoint random --config sd15 --out out/sd15/",
            "  ragdiff checkpoint info out/sd15/",
            "  ragdiff checkpoint sample out/sd15/ --out out/sd15.png --size 256 --steps 4"
        })
public final class CheckpointCommand {}
