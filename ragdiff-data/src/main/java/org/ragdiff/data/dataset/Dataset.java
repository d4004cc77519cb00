package org.ragdiff.data.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.Permutation;
import org.ragdiff.data.pairs.StandardGarment;

/**
 * An opened data set: its garments, and its pairs of photo and flat where it has photos. Pictures are read when they are
 * asked for; none is held. Immutable and thread-safe.
 */
public final class Dataset implements GarmentStore {
    private final String name;
    private final DatasetOptions options;
    private final DatasetPictures pictures;
    private final List<PairFiles> pairs;
    private final int[] garments;
    private final List<LeftOut> leftOut;
    private final String fingerprint;

    private Dataset(
            String name,
            DatasetOptions options,
            DatasetPictures pictures,
            List<PairFiles> pairs,
            List<LeftOut> leftOut,
            String fingerprint) {
        this.name = name;
        this.options = options;
        this.pictures = pictures;
        this.pairs = List.copyOf(pairs);
        this.leftOut = List.copyOf(leftOut);
        this.fingerprint = fingerprint;
        Set<String> ids = new LinkedHashSet<>();
        this.garments = IntStream.range(0, pairs.size())
                .filter(i -> ids.add(pairs.get(i).id()))
                .toArray();
    }

    static Dataset of(DatasetFormat format, DatasetOptions options, PictureRules rules) throws IOException {
        DatasetListing listing = format.list(options);
        List<LeftOut> leftOut = new ArrayList<>(listing.leftOut());
        List<PairFiles> there = present(listing.pairs(), leftOut);
        DatasetPictures pictures = new DatasetPictures(options.side(), rules);
        if (options.unreadable() == DatasetOptions.Unreadable.SKIP) {
            there = readable(there, pictures, leftOut);
        } else {
            refuseMissing(format, options, leftOut);
        }
        if (there.isEmpty()) {
            throw new IOException(options.root() + " has no pairs for the split "
                    + options.split().name().toLowerCase(java.util.Locale.ROOT) + " of " + format.kind()
                    + (leftOut.isEmpty() ? "" : "; left out: " + leftOut.size() + ", the first " + leftOut.get(0)));
        }
        String name = format.kind() + "-" + options.split().name().toLowerCase(java.util.Locale.ROOT);
        String content = name + " " + options.side() + " " + rules.name() + " " + FileHash.of(options.root(), there);
        return new Dataset(name, options, pictures, there, leftOut, FileHash.shortened("dataset-", content));
    }

    private static List<PairFiles> present(List<PairFiles> pairs, List<LeftOut> leftOut) {
        List<PairFiles> out = new ArrayList<>();
        for (PairFiles p : pairs) {
            Optional<Path> missing = FileHash.needed(p).stream()
                    .filter(f -> !Files.isRegularFile(f))
                    .findFirst();
            if (missing.isEmpty()) {
                out.add(p);
            } else {
                leftOut.add(new LeftOut(p.id(), LeftOut.Reason.MISSING, "there is no " + missing.get()));
            }
        }
        return out;
    }

    private static void refuseMissing(DatasetFormat format, DatasetOptions options, List<LeftOut> leftOut)
            throws IOException {
        List<LeftOut> missing = leftOut.stream()
                .filter(l -> l.reason() == LeftOut.Reason.MISSING)
                .toList();
        if (!missing.isEmpty()) {
            throw new IOException(options.root() + " (" + format.kind() + ") lacks files of " + missing.size()
                    + " pairs, the first is " + missing.get(0).name() + ": "
                    + missing.get(0).detail()
                    + "; complete it, or have what cannot be read left out");
        }
    }

    private static List<PairFiles> readable(List<PairFiles> pairs, DatasetPictures pictures, List<LeftOut> leftOut) {
        List<Optional<LeftOut>> unreadable = pairs.parallelStream()
                .map(p -> {
                    try {
                        if (p.photo().isPresent()) {
                            pictures.pair(p);
                        } else {
                            pictures.garment(p);
                        }
                        return Optional.<LeftOut>empty();
                    } catch (IOException e) {
                        return Optional.of(new LeftOut(p.id(), LeftOut.Reason.UNREADABLE, e.getMessage()));
                    }
                })
                .toList();
        unreadable.forEach(u -> u.ifPresent(leftOut::add));
        return IntStream.range(0, pairs.size())
                .filter(i -> unreadable.get(i).isEmpty())
                .mapToObj(pairs::get)
                .toList();
    }

    /** Kind and split, such as {@code viton-hd-train}. */
    public String name() {
        return name;
    }

    /** How it was opened. */
    public DatasetOptions options() {
        return options;
    }

    /** Where the pairs lie, in the order of the list. */
    public List<PairFiles> files() {
        return pairs;
    }

    /** What the data set lists and this does not give out, with reasons. */
    public List<LeftOut> leftOut() {
        return leftOut;
    }

    /** Whether the garments come with photos; all do or none. */
    public boolean hasPhotos() {
        return pairs.get(0).photo().isPresent();
    }

    /** The pairs of some groups, possibly none. */
    public Dataset ofGroups(Predicate<String> groups) {
        List<PairFiles> some =
                pairs.stream().filter(p -> groups.test(p.group())).toList();
        String ids = some.stream().map(PairFiles::id).toList().toString();
        return new Dataset(name, options, pictures, some, leftOut, FileHash.shortened("dataset-", fingerprint + ids));
    }

    /** Those groups that networks may be trained on, by {@link GroupSplit}. */
    public Dataset training() {
        return ofGroups(g -> !GroupSplit.isHeldOut(g));
    }

    /** Those groups that nothing is trained on. */
    public Dataset heldOut() {
        return ofGroups(GroupSplit::isHeldOut);
    }

    /**
     * The pairs, each once in every turn, in another order in each.
     *
     * @throws IllegalStateException if there are no photos
     */
    public PairSource pairs(long seed) {
        if (pairs.isEmpty() || !hasPhotos()) {
            throw new IllegalStateException(name + " has no photos; make them with WildPairs");
        }
        return new Shuffled(seed);
    }

    private final class Shuffled implements PairSource {
        private final long seed;

        Shuffled(long seed) {
            this.seed = seed;
        }

        @Override
        public int garments() {
            return pairs.size();
        }

        /** @throws UncheckedIOException if a picture cannot be read; names the file */
        @Override
        public GarmentPair pair(long index) {
            try {
                return pictures.pair(pairs.get(Permutation.ofTurn(pairs.size(), seed, index)));
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        @Override
        public String fingerprint() {
            return FileHash.shortened("pairs-", fingerprint + " " + seed);
        }
    }

    @Override
    public int size() {
        return garments.length;
    }

    @Override
    public int side() {
        return options.side();
    }

    /**
     * A garment by its flat.
     *
     * @throws UncheckedIOException if the picture cannot be read; names the file
     */
    @Override
    public StandardGarment get(int index) {
        try {
            return pictures.garment(pairs.get(garments[index]));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public String id(int index) {
        return pairs.get(garments[index]).id();
    }

    @Override
    public String group(int index) {
        return pairs.get(garments[index]).group();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
