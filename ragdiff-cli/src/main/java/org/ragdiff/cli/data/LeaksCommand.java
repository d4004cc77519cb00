package org.ragdiff.cli.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.photo.PictureList;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.eval.protocol.LeakageCheck;
import org.ragdiff.eval.protocol.LeakageCheck.Find;
import org.ragdiff.eval.protocol.PerceptualHash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff data leaks}: test pictures that training has seen, and copies within a split. */
@Command(
        name = "leaks",
        description = {
            "Finds near copies between and within two folders of pictures, by perceptual hashes.",
            "Exit code 1 if there are any. Look at what is found: on plain backgrounds two garments of one shape can be"
                    + " taken for copies. Crops, mirror images and other photos of a garment are not found."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class LeaksCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--train", required = true, paramLabel = "DIR", description = "Pictures of training.")
    private Path train;

    @Option(names = "--test", required = true, paramLabel = "DIR", description = "Pictures of the test.")
    private Path test;

    @Option(
            names = "--bits",
            paramLabel = "N",
            description = "Bits of 64 in which the frequency hashes may differ (default: 5).")
    private Integer bits;

    @Option(names = "--out", paramLabel = "FILE.csv", description = "Table of the pictures to take out.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(out);
        LeakageCheck check = LeakageCheck.defaults();
        if (bits != null) {
            check = new LeakageCheck(bits, check.gradientBits());
        }
        List<Find> finds = check.run(hashes(train, "Training"), hashes(test, "Test"));
        if (out != null) {
            OutputPaths.makeFolderOf(out);
            AtomicFiles.write(out, LeakageCheck.toCsv(finds).getBytes(StandardCharsets.UTF_8));
        } else {
            spec.commandLine().getOut().print(LeakageCheck.toCsv(finds));
        }
        spec.commandLine().getOut().println(finds.size() + " pictures to take out");
        return finds.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static Map<String, PerceptualHash> hashes(Path folder, String what) throws IOException {
        List<Path> files = PictureList.of(folder).files();
        Map<String, PerceptualHash> out = new LinkedHashMap<>();
        try (ProgressLine line = ProgressLine.start(what, files.size())) {
            for (Path f : files) {
                out.put(f.getFileName().toString(), PerceptualHash.of(ImageFiles.read(f)));
                line.stepBy(1);
            }
        }
        return out;
    }
}
