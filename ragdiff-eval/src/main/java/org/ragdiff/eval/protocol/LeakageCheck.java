package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.ragdiff.eval.CsvField;

/**
 * Finds test pictures that training has seen, and copies within a split, by perceptual hash. Two pictures count as
 * near copies if both of their hashes agree to within a number of bits: re-encoded, rescaled, brightened copies do;
 * crops, mirror images and other photos of the same garment do not, and nothing found means only that no near copy
 * was. On plain backgrounds two garments of one shape can agree as well: look at what is found. TryOffDiff's list of
 * VITON-HD was made with the frequency hash at 5 bits, and looked through by eye. Immutable.
 *
 * @param dctBits in which the frequency hashes may differ
 * @param gradientBits in which the gradient hashes may differ
 */
public record LeakageCheck(int dctBits, int gradientBits) {
    private static final Comparator<Find> NEARER = Comparator.comparingInt(f -> f.dctBits() + f.gradientBits());
    private static final String HEADER = "split,kind,filename,other,dctBits,gradientBits\n";

    /** What is wrong with a picture. */
    public enum Kind {
        DUPLICATE,
        LEAKED_FROM_TRAIN
    }

    /**
     * A picture that should be taken out of its split.
     *
     * @param split {@code train} or {@code test}
     * @param kind of the find
     * @param name of the picture
     * @param other picture that it is a copy of: of training if it leaked, else the earlier one of its own split
     * @param dctBits in which their frequency hashes differ
     * @param gradientBits in which their gradient hashes differ
     */
    public record Find(String split, Kind kind, String name, String other, int dctBits, int gradientBits) {}

    public LeakageCheck {
        if (dctBits < 0 || dctBits > 64 || gradientBits < 0 || gradientBits > 64) {
            throw new IllegalArgumentException("bits must be in [0, 64], got " + dctBits + " and " + gradientBits);
        }
    }

    /** 5 bits of frequencies, as TryOffDiff, and 8 of gradients. */
    public static LeakageCheck defaults() {
        return new LeakageCheck(5, 8);
    }

    /**
     * Compares every test picture with every one of training, and those of a split among each other.
     *
     * @param train hashes of the training pictures by name
     * @param test hashes of the test pictures by name
     * @return one find for each picture to take out: copies within test, leaks into test, copies within training;
     *     sorted by name
     */
    public List<Find> run(Map<String, PerceptualHash> train, Map<String, PerceptualHash> test) {
        List<Find> out = new ArrayList<>(duplicates("test", test));
        Map<String, PerceptualHash> sorted = new TreeMap<>(train);
        new TreeMap<>(test).forEach((name, hash) -> nearest(hash, sorted, "test", Kind.LEAKED_FROM_TRAIN, name, out));
        out.addAll(duplicates("train", train));
        return List.copyOf(out);
    }

    private List<Find> duplicates(String split, Map<String, PerceptualHash> pictures) {
        List<Find> out = new ArrayList<>();
        Map<String, PerceptualHash> kept = new LinkedHashMap<>();
        new TreeMap<>(pictures).forEach((name, hash) -> {
            int before = out.size();
            nearest(hash, kept, split, Kind.DUPLICATE, name, out);
            if (out.size() == before) {
                kept.put(name, hash);
            }
        });
        return out;
    }

    private void nearest(
            PerceptualHash hash,
            Map<String, PerceptualHash> among,
            String split,
            Kind kind,
            String name,
            List<Find> out) {
        Find best = null;
        for (Map.Entry<String, PerceptualHash> e : among.entrySet()) {
            int dct = hash.dctDistance(e.getValue());
            if (dct <= dctBits) {
                int gradient = hash.gradientDistance(e.getValue());
                Find found = new Find(split, kind, name, e.getKey(), dct, gradient);
                if (gradient <= gradientBits && (best == null || NEARER.compare(found, best) < 0)) {
                    best = found;
                }
            }
        }
        if (best != null) {
            out.add(best);
        }
    }

    /** A table whose first three columns are those of TryOffDiff's published list. */
    public static String toCsv(List<Find> finds) {
        StringBuilder out = new StringBuilder(HEADER);
        for (Find f : finds) {
            out.append(f.split())
                    .append(',')
                    .append(f.kind().name().toLowerCase(Locale.ROOT))
                    .append(',')
                    .append(CsvField.quoted(f.name()))
                    .append(',')
                    .append(CsvField.quoted(f.other()))
                    .append(',')
                    .append(f.dctBits())
                    .append(',')
                    .append(f.gradientBits())
                    .append('\n');
        }
        return out.toString();
    }
}
