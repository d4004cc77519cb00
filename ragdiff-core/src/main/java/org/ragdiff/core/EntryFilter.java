package org.ragdiff.core;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which entries a search may answer, by what databases can look up: attributes, ids and groups. An
 * entry passes if, for each attribute of which values are named, its own value is one of them, and
 * neither its id nor its group is left out. Immutable.
 *
 * @param attributes constants of the enums of {@link GarmentAttributes}; an attribute of which none is
 *     named may have any value. {@code UNKNOWN} has to be named to pass where others are
 * @param withoutIds ids left out
 * @param withoutGroups groups left out
 */
public record EntryFilter(Set<Enum<?>> attributes, Set<String> withoutIds, Set<String> withoutGroups)
        implements Predicate<StructureEntry> {
    private static final EntryFilter ANY = new EntryFilter(Set.of(), Set.of(), Set.of());

    /**
     * @throws IllegalArgumentException if a constant is of no attribute
     */
    public EntryFilter {
        attributes = Collections.unmodifiableSet(new LinkedHashSet<>(attributes));
        withoutIds = Collections.unmodifiableSet(new TreeSet<>(withoutIds));
        withoutGroups = Collections.unmodifiableSet(new TreeSet<>(withoutGroups));
        for (Enum<?> constant : attributes) {
            if (constant.getDeclaringClass().getEnclosingClass() != GarmentAttributes.class) {
                throw new IllegalArgumentException(constant + " of " + constant.getDeclaringClass()
                        + " is no attribute of garments, expected a constant of an enum of GarmentAttributes");
            }
        }
    }

    /** Every entry. */
    public static EntryFilter any() {
        return ANY;
    }

    /** With more values allowed; the first of an attribute bars its other values. */
    public EntryFilter with(Enum<?>... values) {
        LinkedHashSet<Enum<?>> more = new LinkedHashSet<>(attributes);
        more.addAll(Arrays.asList(values));
        return new EntryFilter(more, withoutIds, withoutGroups);
    }

    public EntryFilter withoutId(String id) {
        return new EntryFilter(attributes, joined(withoutIds, Set.of(id)), withoutGroups);
    }

    public EntryFilter withoutGroup(String group) {
        return new EntryFilter(attributes, withoutIds, joined(withoutGroups, Set.of(group)));
    }

    private static Set<String> joined(Collection<String> a, Collection<String> b) {
        Set<String> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    /** Whether it lets every entry pass. */
    public boolean isAny() {
        return equals(ANY);
    }

    @Override
    public boolean test(StructureEntry entry) {
        return (attributes.isEmpty() || accepts(entry.attributes()))
                && !withoutIds.contains(entry.id())
                && !withoutGroups.contains(entry.group());
    }

    private boolean accepts(GarmentAttributes a) {
        for (Enum<?> value : a.values()) {
            boolean named = false;
            for (Enum<?> allowed : attributes) {
                named |= allowed.getDeclaringClass() == value.getDeclaringClass();
            }
            if (named && !attributes.contains(value)) {
                return false;
            }
        }
        return true;
    }

    /** An {@link EntryFilter} again where both are, and name no values of the same attribute. */
    @Override
    public Predicate<StructureEntry> and(Predicate<? super StructureEntry> other) {
        if (!(other instanceof EntryFilter f) || namesTheSame(f)) {
            return e -> test(e) && other.test(e);
        }
        Set<Enum<?>> both = new LinkedHashSet<>(attributes);
        both.addAll(f.attributes);
        return new EntryFilter(both, joined(withoutIds, f.withoutIds), joined(withoutGroups, f.withoutGroups));
    }

    private boolean namesTheSame(EntryFilter other) {
        return attributes.stream()
                .anyMatch(a -> other.attributes.stream().anyMatch(b -> a.getDeclaringClass() == b.getDeclaringClass()));
    }
}
