package org.ragdiff.cli.index;

import picocli.CommandLine.Command;

/** {@code ragdiff index}: structure databases. */
@Command(
        name = "index",
        description = "Builds structure databases, looks into them, searches them, changes and exchanges them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            IndexBuildCommand.class,
            IndexInfoCommand.class,
            IndexQueryCommand.class,
            IndexAddCommand.class,
            IndexDeleteCommand.class,
            IndexMergeCommand.class,
            IndexExportCommand.class,
            IndexImportCommand.class,
            IndexCondenseCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  ragdiff index build --photos photos/ --out database/",
            "  ragdiff index info --database database/",
            "  ragdiff index query --database database/ --image shirt.jpg -k 8",
            "  ragdiff index export --database database/ --out exported/"
        })
public final class IndexCommand {}
