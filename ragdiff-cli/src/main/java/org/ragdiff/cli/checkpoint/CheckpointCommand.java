package org.ragdiff.cli.checkpoint;

import picocli.CommandLine.Command;

/** {@code ragdiff checkpoint}: pipelines in diffusers' layout. */
@Command(
        name = "checkpoint",
        description = "Makes, looks into and samples pipelines in diffusers' layout.",
        mixinStandardHelpOptions = true,
        subcommands = {
            CheckpointRandomCommand.class,
            CheckpointInfoCommand.class,
            CheckpointSampleCommand.class,
            CheckpointRagdiffusionCommand.class,
            CheckpointGenerateCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  ragdiff checkpoint random --config sd15 --out out/sd15/",
            "  ragdiff checkpoint info out/sd15/",
            "  ragdiff checkpoint sample out/sd15/ --out out/sd15.png --size 256 --steps 4",
            "  ragdiff checkpoint ragdiffusion out/sd15/ --out out/rag15/",
            "  ragdiff checkpoint generate out/rag15/ --out out/shirt.png --reference shirt.jpg --landmark mask.png"
        })
public final class CheckpointCommand {}
