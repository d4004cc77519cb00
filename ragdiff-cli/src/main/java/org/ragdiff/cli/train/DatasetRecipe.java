package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ragdiff.cli.photo.FlatRules;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.dataset.DatasetOptions;
import org.ragdiff.data.dataset.DatasetOptions.KnownLeaks;
import org.ragdiff.data.dataset.DatasetOptions.Unreadable;
import org.ragdiff.data.dataset.DatasetSplit;
import org.ragdiff.data.dataset.Datasets;

/**
 * A data set that a recipe names.
 *
 * @param kind of its layout, one of {@link Datasets#kinds()}
 * @param root its folder, or its table; relative to the working directory
 * @param split {@code train}, {@code test} or {@code all}
 * @param knownLeaks {@code remove} or {@code keep}; null for remove
 * @param unreadable {@code refuse} or {@code skip}; null for refuse
 */
record DatasetRecipe(
        String kind,
        Path root,
        String split,
        @JsonProperty(defaultValue = "null") @JsonSetter(nulls = Nulls.SET) String knownLeaks,
        @JsonProperty(defaultValue = "null") @JsonSetter(nulls = Nulls.SET) String unreadable) {
    DatasetRecipe {
        Datasets.byKind(kind);
        constant("split", split, DatasetSplit.values());
        knownLeaks = knownLeaks == null ? "remove" : knownLeaks;
        unreadable = unreadable == null ? "refuse" : unreadable;
        constant("knownLeaks", knownLeaks, KnownLeaks.values());
        constant("unreadable", unreadable, Unreadable.values());
    }

    Dataset open(int side) throws IOException {
        DatasetOptions options = new DatasetOptions(
                root,
                constant("split", split, DatasetSplit.values()),
                side,
                constant("knownLeaks", knownLeaks, KnownLeaks.values()),
                constant("unreadable", unreadable, Unreadable.values()));
        return Datasets.open(kind, options, FlatRules.wholePhotos());
    }

    private static <E extends Enum<E>> E constant(String key, String word, E[] values) {
        List<String> words = Arrays.stream(values)
                .map(v -> v.name().toLowerCase(Locale.ROOT))
                .toList();
        int at = words.indexOf(word);
        if (at < 0) {
            throw new IllegalArgumentException(key + " is \"" + word + "\", expected one of " + words);
        }
        return values[at];
    }
}
