package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is done to a picture before it is compared, by its size; or that the source does not say. Immutable.
 *
 * @param cases the first that fits a size counts; empty where nothing is documented
 */
public record Preparation(List<Case> cases) {
    /** The source does not document it. */
    public static final Preparation NOT_DOCUMENTED = new Preparation(List.of());
    /** Pictures are compared as they are. */
    public static final Preparation AS_IT_IS = always();

    /**
     * @param width in pixels
     * @param height in pixels
     */
    public record Size(int width, int height) {
        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    /**
     * @param sizes of pictures that take these steps; empty for all
     * @param steps in order; none leaves the picture as it is
     */
    public record Case(List<Size> sizes, List<PictureStep> steps) {
        public Case {
            sizes = List.copyOf(sizes);
            steps = List.copyOf(steps);
        }

        private String text() {
            String what = steps.isEmpty()
                    ? "as it is"
                    : steps.stream().map(PictureStep::text).collect(Collectors.joining(", then "));
            return sizes.isEmpty()
                    ? what
                    : sizes.stream().map(Size::toString).collect(Collectors.joining(" or ")) + ": " + what;
        }
    }

    public Preparation {
        cases = List.copyOf(cases);
    }

    /** The same steps whatever the size. */
    public static Preparation always(PictureStep... steps) {
        return new Preparation(List.of(new Case(List.of(), List.of(steps))));
    }

    /** With a case after those that it has. */
    public Preparation or(List<Size> sizes, PictureStep... steps) {
        List<Case> more = new ArrayList<>(cases);
        more.add(new Case(sizes, List.of(steps)));
        return new Preparation(more);
    }

    public boolean documented() {
        return !cases.isEmpty();
    }

    /**
     * Steps for a picture of a size.
     *
     * @throws IllegalArgumentException if the protocol has none for it; the message lists the sizes it has
     */
    public List<PictureStep> stepsFor(int width, int height) {
        Size size = new Size(width, height);
        Optional<Case> found = cases.stream()
                .filter(c -> c.sizes().isEmpty() || c.sizes().contains(size))
                .findFirst();
        return found.orElseThrow(
                        () -> new IllegalArgumentException("pictures of " + size + " cannot be prepared: " + text()))
                .steps();
    }

    /** In words, the same for equal preparations. */
    public String text() {
        return documented()
                ? cases.stream().map(Case::text).collect(Collectors.joining("; "))
                : MeasurementProtocol.NOT_DOCUMENTED;
    }
}
