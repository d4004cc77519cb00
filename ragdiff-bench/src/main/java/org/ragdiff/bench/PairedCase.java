package org.ragdiff.bench;

/**
 * One measured piece of work: ours and, where there is one, a peer that computes the same from the same
 * random inputs. Ours is opened and run before the peer is, so that each one's memory can be told apart.
 * Used by one thread.
 */
public interface PairedCase extends AutoCloseable {
    /** Makes the inputs and what ours needs, with this many threads. */
    void openOurs(int threads);

    /** Computes once. */
    void ours();

    /**
     * Makes what the peer needs, with as many threads, and chooses its faster variant where it has several.
     *
     * @return the peer's name and variant, such as {@code libtorch channels_last}; empty if there is no peer
     */
    String openPeer(int threads);

    /** Computes once; called only if there is a peer. */
    default void peer() {
        throw new UnsupportedOperationException("no peer");
    }

    /**
     * The largest difference between both results of one computation, as a share of the largest value. Called
     * once, before the measurement, only if there is a peer.
     */
    default double difference() {
        throw new UnsupportedOperationException("no peer");
    }

    /** The difference above which the results do not count as the same. */
    default double tolerance() {
        return 1e-4;
    }

    @Override
    void close();
}
