package org.ragdiff.eval.report;

/**
 * How many characters a page has left: pictures come in full while there is room, then as thumbnails, then garments are
 * left out. Used by one thread.
 */
final class PageBudget {
    /** A page stays below this, so that mail and browsers take it. */
    static final long PAGE = 15_000_000;

    private final long full;
    private final long page;

    /** @param page most characters of the page */
    PageBudget(long page) {
        this.page = page - page / 50;
        this.full = page * 4 / 5;
    }

    /** Whether pictures are shown in full after so many characters. */
    boolean full(long length) {
        return length < full;
    }

    /** Whether there is room for so many more. */
    boolean fits(long length, long more) {
        return length + more < page;
    }
}
