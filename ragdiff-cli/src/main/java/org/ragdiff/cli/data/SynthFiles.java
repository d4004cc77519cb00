package org.ragdiff.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.data.pairs.PairFile;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.WildView;
import org.ragdiff.data.wild.WildViewRenderer;

/** Writes made garments, and made photos of them, into a folder. Stateless. */
final class SynthFiles {
    private SynthFiles() {}

    /**
     * @param wild null for no made photos
     * @param force write into a folder that holds something
     * @throws BadInputException if the folder cannot be used
     */
    static void write(
            Path folder, boolean force, ProceduralGarments garments, WildViewRenderer wild, long seed, ProgressLine bar)
            throws IOException {
        try (GarmentFiles files = GarmentFiles.in(folder, force)) {
            List<String> garmentRows = new ArrayList<>();
            List<String> pairRows = new ArrayList<>();
            SplittableRandom viewSeeds = new SplittableRandom(~seed);
            for (int i = 0; i < garments.size(); i++) {
                StandardGarment g = garments.get(i);
                Map<String, String> text = GarmentFiles.text(g.id());
                text.put("ragdiff.store", garments.fingerprint());
                List<String> pictures = files.garment(g.id(), g.standard(), g.silhouette(), text);
                List<String> row = new ArrayList<>(pictures);
                row.add(GarmentFiles.word(garments.category(i)));
                row.addAll(described(g));
                garmentRows.add(GarmentFiles.row(row));
                long viewSeed = viewSeeds.nextLong();
                if (wild != null) {
                    WildView view = wild.render(g.standard(), g.silhouette(), g.group(), viewSeed);
                    List<String> pair = new ArrayList<>();
                    pair.add(files.picture(g.id() + "-wild.png", view.photo(), text));
                    pair.addAll(pictures);
                    pair.addAll(described(g));
                    pair.add(String.format(Locale.ROOT, "%.4f", view.hiddenShare()));
                    pairRows.add(GarmentFiles.row(pair));
                }
                bar.stepBy(1);
            }
            files.table("garments.csv", GarmentFiles.COLUMNS, garmentRows);
            if (wild != null) {
                files.table("pairs.csv", PairFile.COLUMNS, pairRows);
            }
            files.keep();
        }
    }

    private static List<String> described(StandardGarment g) {
        List<String> out = new ArrayList<>(GarmentFiles.words(g.attributes()));
        out.add(g.id());
        out.add(g.group());
        return out;
    }
}
