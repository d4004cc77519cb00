package org.ragdiff.cli.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.data.pairs.PairFile;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.WildView;
import org.ragdiff.data.wild.WildViewRenderer;

/**
 * A folder of made garments in the making. The tables come last; if anything fails, what this run added
 * is deleted again. Not thread-safe.
 */
final class SynthFiles {
    private static final String GARMENT_COLUMNS =
            "standard,silhouette,kind,category,sleeve,neckline,length,closure,fit,id,group";

    private final Path folder;
    private final List<Path> added = new ArrayList<>();

    private SynthFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * @throws BadInputException if the folder cannot be used, or holds something and {@code force} is false
     */
    static SynthFiles in(Path folder, boolean force) throws IOException {
        OutputPaths.requireWritableFolder(folder);
        if (!force && Files.isDirectory(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isPresent()) {
                    throw new BadInputException(
                            folder + " is not empty; give another folder, or --force to replace files in it");
                }
            }
        }
        return new SynthFiles(folder);
    }

    /**
     * @param wild null for no made photos
     */
    void write(ProceduralGarments garments, WildViewRenderer wild, long seed, ProgressLine bar) throws IOException {
        boolean made = !Files.exists(folder);
        OutputPaths.makeFolder(folder);
        boolean done = false;
        try {
            StringBuilder garmentRows = new StringBuilder(GARMENT_COLUMNS + "\n");
            StringBuilder pairRows = new StringBuilder(String.join(",", PairFile.COLUMNS) + "\n");
            SplittableRandom viewSeeds = new SplittableRandom(~seed);
            for (int i = 0; i < garments.size(); i++) {
                StandardGarment g = garments.get(i);
                Map<String, String> text = text(garments, i);
                String standard = picture(g.id() + ".png", g.standard(), text);
                String silhouette = picture(g.id() + "-silhouette.png", blackAndWhite(g.silhouette()), text);
                String files = standard + "," + silhouette + ",";
                String attributes = attributes(g.attributes()) + "," + g.id() + "," + g.group();
                garmentRows
                        .append(files)
                        .append(word(garments.category(i)))
                        .append(',')
                        .append(attributes)
                        .append('\n');
                long viewSeed = viewSeeds.nextLong();
                if (wild != null) {
                    WildView view = wild.render(g.standard(), g.silhouette(), g.group(), viewSeed);
                    pairRows.append(picture(g.id() + "-wild.png", view.photo(), text))
                            .append(',');
                    pairRows.append(files).append(attributes);
                    pairRows.append(String.format(Locale.ROOT, ",%.4f\n", view.hiddenShare()));
                }
                bar.stepBy(1);
            }
            table("garments.csv", garmentRows);
            if (wild != null) {
                table("pairs.csv", pairRows);
            }
            done = true;
        } finally {
            if (!done) {
                takeBack(made);
            }
        }
    }

    private void takeBack(boolean made) throws IOException {
        for (Path file : added) {
            Files.deleteIfExists(file);
        }
        if (made) {
            Files.deleteIfExists(folder);
        }
    }

    private String picture(String name, RgbImage image, Map<String, String> text) throws IOException {
        ImageFiles.writePng(claim(name), image, text);
        return name;
    }

    private void table(String name, StringBuilder rows) throws IOException {
        AtomicFiles.write(claim(name), rows.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Path claim(String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            added.add(file);
        }
        return file;
    }

    private static Map<String, String> text(ProceduralGarments garments, int index) {
        Map<String, String> text = new TreeMap<>();
        text.put("Software", "ragdiff " + Versions.ragdiff());
        text.put("ragdiff.garment", garments.id(index));
        text.put("ragdiff.store", garments.fingerprint());
        return text;
    }

    private static String attributes(GarmentAttributes a) {
        return Stream.of(a.category(), a.sleeve(), a.neckline(), a.length(), a.closure(), a.fit())
                .map(SynthFiles::word)
                .reduce((x, y) -> x + "," + y)
                .orElseThrow();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static RgbImage blackAndWhite(Silhouette s) {
        byte[] rgb = new byte[3 * s.width() * s.height()];
        boolean[] inside = s.toArray();
        for (int i = 0; i < inside.length; i++) {
            byte v = (byte) (inside[i] ? 255 : 0);
            rgb[3 * i] = v;
            rgb[3 * i + 1] = v;
            rgb[3 * i + 2] = v;
        }
        return RgbImage.wrap(s.width(), s.height(), rgb);
    }
}
