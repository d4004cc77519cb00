package org.ragdiff.eval.metric;

/** Where filters read pictures from, a row of one channel at a time. Implementations are immutable. */
interface SampleRows {
    int width();

    int height();

    int channels();

    /** Writes the {@link #width} samples of a row to {@code out[at]} and on. */
    void read(int channel, int y, double[] out, int at);

    static void requireEqualSizes(SampleRows a, SampleRows b) {
        if (a.width() != b.width() || a.height() != b.height() || a.channels() != b.channels()) {
            throw new IllegalArgumentException("pictures need equal sizes, got " + sizes(a) + " and " + sizes(b)
                    + ": bring both to the protocol's size first");
        }
    }

    private static String sizes(SampleRows p) {
        return p.width() + "x" + p.height() + " of " + p.channels() + (p.channels() == 1 ? " channel" : " channels");
    }
}
