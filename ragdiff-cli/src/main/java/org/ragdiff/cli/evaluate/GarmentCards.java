package org.ragdiff.cli.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.diffusion.pipeline.GenerationResult;
import org.ragdiff.diffusion.pipeline.Retrieval;
import org.ragdiff.eval.report.GarmentCard;
import org.ragdiff.eval.report.NeighbourTile;
import org.ragdiff.eval.report.SilhouettePicture;

/**
 * Garments as a report shows them. Databases keep fields, not pictures, so neighbours are drawn as silhouettes.
 * Stateless.
 */
public final class GarmentCards {
    private static final int MOST_NEIGHBOURS = 16;
    private static final int TILE = 64;

    /** The figure of a card by which garments are called worst and best. */
    public static final String RANKED_BY = "Silhouette IoU";

    private static final Map<String, String> FIGURES = new LinkedHashMap<>();

    static {
        FIGURES.put("silhouetteIou", RANKED_BY);
        FIGURES.put("silhouetteIouNoRetrieval", "Silhouette IoU without retrieval");
        FIGURES.put("landmarkIou", "Landmark IoU");
        FIGURES.put("landmarkIouTop1", "Landmark IoU, nearest alone");
        FIGURES.put("psnr", "PSNR, dB");
        FIGURES.put("psnrNoRetrieval", "PSNR without retrieval, dB");
        FIGURES.put("ssim", "SSIM");
        FIGURES.put("deltaE", "ΔE2000");
    }

    private GarmentCards() {}

    public static GarmentCard of(EvaluatedGarment g) {
        Retrieval r = g.full().retrieval();
        RgbImage result = g.full().image();
        GenerationResult without = g.ablated().get(Ablation.NONE.suffix());
        return new GarmentCard(
                title(g),
                g.pair().wild(),
                r.aligned().inFrame() ? r.aligned().image() : null,
                attributes(r.attributes()),
                neighbours(r.guidance()),
                retrieval(r.guidance()),
                SilhouettePicture.of(r.landmark(), result.width()),
                Optional.ofNullable(without).map(GenerationResult::image).orElse(null),
                result,
                g.pair().standard(),
                figures(g));
    }

    /** What it truly is, if known, and its id. */
    private static String title(EvaluatedGarment g) {
        Category c = g.pair().attributes().category();
        String word = Words.of(c);
        return c == Category.UNKNOWN
                ? g.pair().id()
                : Character.toUpperCase(word.charAt(0)) + word.substring(1) + " · "
                        + g.pair().id();
    }

    private static Map<String, String> attributes(GarmentAttributes a) {
        Map<String, Enum<?>> all = new LinkedHashMap<>();
        all.put("category", a.category());
        all.put("sleeve", a.sleeve());
        all.put("neckline", a.neckline());
        all.put("length", a.length());
        all.put("closure", a.closure());
        all.put("fit", a.fit());
        Map<String, String> known = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (value.ordinal() != 0) {
                known.put(name, Words.of(value));
            }
        });
        return known;
    }

    /** Those of the largest weights, in the order of the retrieval. */
    private static List<NeighbourTile> neighbours(StructureGuidance g) {
        double[] weights = g.weights();
        List<Integer> shown = IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> Math.abs(weights[i]))
                        .reversed())
                .limit(MOST_NEIGHBOURS)
                .sorted()
                .toList();
        List<NeighbourTile> tiles = new ArrayList<>();
        for (int i : shown) {
            Neighbour n = g.neighbours().get(i);
            tiles.add(new NeighbourTile(
                    n.entry().id(), SilhouettePicture.of(n.entry().field(), TILE), weights[i], n.similarity()));
        }
        return tiles;
    }

    private static Map<String, Double> retrieval(StructureGuidance g) {
        Map<String, Double> out = new LinkedHashMap<>();
        out.put("Residual", g.residual());
        out.put("Effective neighbours", g.effectiveNeighbours());
        out.put("Out of manifold", g.outOfManifold());
        return out;
    }

    private static Map<String, Double> figures(EvaluatedGarment g) {
        Map<String, Double> out = new LinkedHashMap<>();
        FIGURES.forEach((name, label) -> {
            if (g.figures().containsKey(name)) {
                out.put(label, g.figures().get(name));
            }
        });
        out.put("Hidden share", g.pair().hiddenShare());
        return out;
    }
}
