package org.ragdiff.core.nn;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A pattern of full names of parameters or modules: {@code *} stands for any run of characters, dots among them,
 * {@code ?} for one, all else for itself. Immutable.
 */
public final class NamePattern {
    private static final int SHOWN = 5;

    private final String glob;
    private final Pattern pattern;

    private NamePattern(String glob) {
        this.glob = glob;
        this.pattern = Pattern.compile(glob.chars()
                .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining()));
    }

    /** @throws IllegalArgumentException if it is empty or longer than any name */
    public static NamePattern of(String glob) {
        if (glob.isBlank() || glob.length() > 1000) {
            throw new IllegalArgumentException("a pattern of names has 1 to 1000 characters, got \"" + glob + "\"");
        }
        return new NamePattern(glob);
    }

    public boolean matches(String name) {
        return pattern.matcher(name).matches();
    }

    /**
     * @param of what the pattern belongs to, for the message
     * @throws IllegalArgumentException that lists the names which need the fewest changes to match, if none does
     */
    public void requireMatch(String of, Collection<String> names) {
        if (names.stream().noneMatch(this::matches)) {
            throw new IllegalArgumentException("\"" + glob + "\" of " + of + " matches none of " + names.size()
                    + " names; close ones are " + closest(names));
        }
    }

    private List<String> closest(Collection<String> names) {
        return names.stream()
                .sorted(Comparator.comparingInt(this::changes).thenComparing(Comparator.naturalOrder()))
                .limit(SHOWN)
                .toList();
    }

    /** Characters to put in, take out or exchange so that a name matches (Levenshtein, with {@code *} for nothing). */
    private int changes(String name) {
        int[] row = new int[name.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int p = 0; p < glob.length(); p++) {
            char c = glob.charAt(p);
            int[] next = new int[row.length];
            next[0] = row[0] + (c == '*' ? 0 : 1);
            for (int i = 1; i < row.length; i++) {
                next[i] = c == '*'
                        ? Math.min(row[i], next[i - 1])
                        : Math.min(
                                row[i - 1] + (c == '?' || c == name.charAt(i - 1) ? 0 : 1),
                                1 + Math.min(row[i], next[i - 1]));
            }
            row = next;
        }
        return row[name.length()];
    }

    @Override
    public String toString() {
        return glob;
    }
}
