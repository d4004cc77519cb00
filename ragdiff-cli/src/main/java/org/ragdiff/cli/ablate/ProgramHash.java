package org.ragdiff.cli.ablate;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.eval.Scorer;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import org.ragdiff.slle.Aggregators;

/**
 * A hash of the project's own classes, as they are loaded here: measured cells of another program are not taken for
 * this one's. Times and paths do not count. Stateless.
 */
final class ProgramHash {
    /** One class of each module that a cell's figures depend on. */
    private static final List<Class<?>> MODULES = List.of(
            RgbImage.class,
            GarmentPair.class,
            StructureNetEncoder.class,
            Aggregators.class,
            FlatLayPipeline.class,
            Scorer.class,
            ProgramHash.class);

    private ProgramHash() {}

    static String of() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Class<?> c : MODULES) {
            TreeMap<String, String> files = files(c);
            files.forEach(
                    (name, hash) -> all.append(hash).append("  ").append(name).append('\n'));
        }
        return Sha256.of(all.toString());
    }

    private static TreeMap<String, String> files(Class<?> c) throws IOException {
        Path place;
        try {
            place = Path.of(
                    c.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException("cannot find where " + c + " is loaded from", e);
        }
        return Files.isDirectory(place) ? folder(place) : jar(place);
    }

    private static TreeMap<String, String> folder(Path place) throws IOException {
        TreeMap<String, String> out = new TreeMap<>();
        try (Stream<Path> all = Files.walk(place)) {
            for (Path f : all.filter(p -> p.toString().endsWith(".class")).toList()) {
                out.put(place.relativize(f).toString().replace('\\', '/'), Sha256.of(f));
            }
        }
        return out;
    }

    private static TreeMap<String, String> jar(Path place) throws IOException {
        TreeMap<String, String> out = new TreeMap<>();
        try (ZipFile zip = new ZipFile(place.toFile())) {
            for (ZipEntry e :
                    zip.stream().filter(z -> z.getName().endsWith(".class")).toList()) {
                try (InputStream in = zip.getInputStream(e)) {
                    out.put(e.getName(), Sha256.of(in.readAllBytes()));
                }
            }
        }
        return out;
    }
}
