package org.ragdiff.cli.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.photo.GarmentCrop;
import org.ragdiff.cli.photo.GarmentPhoto;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.diffusion.guidance.GuidanceInterval;
import org.ragdiff.diffusion.guidance.GuidanceProjection;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationResult;

/**
 * How a flat-lay came to be, in enough detail to make it again. It holds no times and no folders: the same
 * inputs give the same bytes. Immutable.
 *
 * @param photo what it was made from
 * @param seed of the noise
 * @param settings of retrieval and sampling
 * @param attributes given or read off the photo, by name
 * @param attributesFrom that they were given, or what read them: the extractor's name and what it says of itself
 * @param landmark where the silhouette came from
 * @param neighbours retrieved entries with their weights, as many as were used
 * @param residual distance of the query's embedding from its reconstruction
 * @param effectiveNeighbours 1 / Σ wᵢ²
 * @param outOfManifold in [0, 1], how badly the database explains the photo; with a calibration the probability
 *     that the structure is bad
 * @param doubtful whether a calibrated flag says that the structure may be bad; null without a calibration
 * @param database that was searched
 * @param weights SHA-256 of the files of weights by name
 * @param versions of the program and its platform
 * @param steering null if nothing steered beside the photo
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Manifest(
        Photo photo,
        long seed,
        Settings settings,
        Map<String, String> attributes,
        Map<String, String> attributesFrom,
        Landmark landmark,
        List<Entry> neighbours,
        double residual,
        double effectiveNeighbours,
        double outOfManifold,
        Boolean doubtful,
        Database database,
        SortedMap<String, String> weights,
        SortedMap<String, String> versions,
        Steering steering) {

    /**
     * What steered the run beside the photo; null where it did not.
     *
     * @param startSha256 of the file of the image that it began with
     * @param strength share of the run that was carried out on it
     * @param negativeSha256 of the file of the photo that guidance led away from
     * @param negativeLandmarkSha256 of the file of the silhouette that it led away from
     * @param stopAfter calls of the denoiser after which the run was ended
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Steering(
            String startSha256,
            Double strength,
            String negativeSha256,
            String negativeLandmarkSha256,
            Integer stopAfter) {}

    /** @param crop null where all of the photo was used */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Photo(String name, String sha256, int width, int height, GarmentCrop.Box crop) {}

    /**
     * @param guidanceInterval null if all of the run was guided
     * @param guidanceProjection null if guidance was plain
     * @param dropped conditions that the denoiser did not see
     * @param patternTransfer share of the photo's own pixels where it shows the garment
     * @param landmarkMatte share of the landmark's outline in the result's
     * @param silhouetteFusion share of the aligned photo in the outline that is looked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Settings(
            int steps,
            String sampler,
            GuidanceScales guidance,
            GuidanceInterval guidanceInterval,
            GuidanceProjection guidanceProjection,
            List<String> dropped,
            String aggregator,
            String attributeFilter,
            int whiteTolerance,
            double patternTransfer,
            double landmarkMatte,
            double silhouetteFusion,
            int side) {
        static Settings of(GenerationOptions o, String aggregator, int side) {
            List<String> dropped =
                    o.dropped().stream().map(AttributeText::word).sorted().toList();
            GuidanceInterval interval = o.guidance().interval();
            GuidanceProjection projection = o.guidance().projection();
            return new Settings(
                    o.steps(),
                    o.sampler(),
                    o.guidance().scales(),
                    interval.equals(GuidanceInterval.ALL) ? null : interval,
                    projection.equals(GuidanceProjection.NONE) ? null : projection,
                    dropped,
                    aggregator,
                    AttributeText.word(o.attributeFilter()),
                    o.background().tolerance(),
                    o.pattern().share(),
                    o.finish().matte().share(),
                    o.silhouette().share(),
                    side);
        }
    }

    /**
     * @param sha256 of the mask's file, null if the landmark was retrieved
     * @param edit how it was changed, null if it was not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Landmark(String source, String sha256, String edit) {
        static Landmark of(String maskSha256, String edit) {
            return new Landmark(maskSha256 == null ? "retrieved" : "given", maskSha256, edit);
        }
    }

    /** An entry of the database. */
    public record Entry(String id, double weight, double similarity) {}

    /** What was searched. */
    public record Database(int entries, String encoder) {}

    /**
     * What a run's results have in common.
     *
     * @param maskSha256 of the mask's file, null if landmarks were retrieved
     * @param edit of landmarks, null if there was none
     * @param doubtFrom calibrated scores of at least this are doubtful, null if scores are not calibrated
     * @param attributesFrom of a photo as the networks saw it
     * @param steering null if nothing steered beside the photo
     */
    public record Common(
            String aggregator,
            int side,
            String maskSha256,
            String edit,
            Double doubtFrom,
            Function<RgbImage, Map<String, String>> attributesFrom,
            Database database,
            SortedMap<String, String> weights,
            Steering steering) {}

    static Manifest of(GarmentPhoto photo, GenerationResult result, Common common) {
        Photo from = new Photo(
                photo.file().getFileName().toString(),
                photo.sha256(),
                photo.width(),
                photo.height(),
                photo.crop().orElse(null));
        return of(from, result, common);
    }

    /** Of a result and the photo that it was made from. */
    public static Manifest of(Photo photo, GenerationResult result, Common common) {
        StructureGuidance g = result.retrieval().guidance();
        return new Manifest(
                photo,
                result.options().seed(),
                Settings.of(result.options(), common.aggregator(), common.side()),
                AttributeText.words(result.retrieval().query().attributes()),
                common.attributesFrom().apply(result.retrieval().photo()),
                Landmark.of(common.maskSha256(), common.edit()),
                entries(g),
                g.residual(),
                g.effectiveNeighbours(),
                g.outOfManifold(),
                common.doubtFrom() == null ? null : g.outOfManifold() >= common.doubtFrom(),
                common.database(),
                new TreeMap<>(common.weights()),
                Versions.current(),
                common.steering());
    }

    private static List<Entry> entries(StructureGuidance g) {
        List<Entry> out = new ArrayList<>();
        for (int i = 0; i < g.weights().length; i++) {
            Neighbour n = g.neighbours().get(i);
            out.add(new Entry(n.entry().id(), g.weights()[i], n.similarity()));
        }
        return out;
    }

    /** The PNG's text chunks: what is needed to make it again, each a line of text or JSON. */
    public Map<String, String> text() throws IOException {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Software", "ragdiff " + Versions.ragdiff());
        text.put("ragdiff.seed", Long.toString(seed));
        text.put("ragdiff.settings", OutputPaths.toJson(settings));
        text.put("ragdiff.neighbours", neighbourLine());
        text.put("ragdiff.weights", OutputPaths.toJson(weights));
        text.put("ragdiff.photo", photo.sha256());
        return text;
    }

    private String neighbourLine() {
        StringBuilder line = new StringBuilder();
        for (Entry e : neighbours) {
            line.append(line.isEmpty() ? "" : "\n").append(String.format(Locale.ROOT, "%+.6f %s", e.weight(), e.id()));
        }
        return line.toString();
    }
}
